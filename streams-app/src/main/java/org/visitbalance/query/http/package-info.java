/** The HTTP API over the read model. */
@NullMarked
package org.visitbalance.query.http;

import org.jspecify.annotations.NullMarked;
