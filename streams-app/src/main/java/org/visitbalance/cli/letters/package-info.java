/** The command for the dead letters of an installation. */
@NullMarked
package org.visitbalance.cli.letters;

import org.jspecify.annotations.NullMarked;
