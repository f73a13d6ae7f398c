/** Who may ask for what. */
@NullMarked
package org.visitbalance.query.access;

import org.jspecify.annotations.NullMarked;
