/**
 * The rules of balancing (rules.md), as pure functions over the generated records: no clock, no
 * I/O, no logging.
 */
@NullMarked
package org.visitbalance.core;

import org.jspecify.annotations.NullMarked;
