/** Fetches the files that a company's systems leave on an SFTP server. */
@NullMarked
package org.visitbalance.intake.sftp;

import org.jspecify.annotations.NullMarked;
