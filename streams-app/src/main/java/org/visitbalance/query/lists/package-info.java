/** Requests that read: lists, periods, visits, the overview. */
@NullMarked
package org.visitbalance.query.lists;

import org.jspecify.annotations.NullMarked;
