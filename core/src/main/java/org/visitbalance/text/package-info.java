/** Text forms of the generated records: JSON as the outside sees it, and cells of spreadsheets. */
@NullMarked
package org.visitbalance.text;

import org.jspecify.annotations.NullMarked;
