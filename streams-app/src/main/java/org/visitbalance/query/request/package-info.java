/** What each request handler needs: parameters, problems, SQL and JSON. */
@NullMarked
package org.visitbalance.query.request;

import org.jspecify.annotations.NullMarked;
