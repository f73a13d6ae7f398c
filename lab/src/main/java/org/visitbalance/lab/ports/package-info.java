/** The ports that a command with a cluster of its own listens on. */
@NullMarked
package org.visitbalance.lab.ports;

import org.jspecify.annotations.NullMarked;
