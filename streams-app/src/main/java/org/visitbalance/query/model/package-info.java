/** The output topics as SQL tables. */
@NullMarked
package org.visitbalance.query.model;

import org.jspecify.annotations.NullMarked;
