/** Authentication and roles of the API. */
@NullMarked
package org.visitbalance.query.access;

import org.jspecify.annotations.NullMarked;
