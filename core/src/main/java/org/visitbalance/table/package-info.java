/** Lists as tables for people: what their columns are called, as CSV and as workbooks. */
@NullMarked
package org.visitbalance.table;

import org.jspecify.annotations.NullMarked;
