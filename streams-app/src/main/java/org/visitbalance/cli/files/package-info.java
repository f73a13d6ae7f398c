/** Commands that read a folder of files: balance, facts, produce. */
@NullMarked
package org.visitbalance.cli.files;

import org.jspecify.annotations.NullMarked;
