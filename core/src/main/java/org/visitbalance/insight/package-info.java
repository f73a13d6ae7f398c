/** What stands out in a company's figures (rules.md#insights), as pure functions: no clock. */
@NullMarked
package org.visitbalance.insight;

import org.jspecify.annotations.NullMarked;
