/** Requests that send facts or settings, or reveal a visit's ids. */
@NullMarked
package org.visitbalance.query.commands;

import org.jspecify.annotations.NullMarked;
