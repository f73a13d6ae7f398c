/** Requests that close periods, and the policy that closes them by age. */
@NullMarked
package org.visitbalance.query.closes;

import org.jspecify.annotations.NullMarked;
