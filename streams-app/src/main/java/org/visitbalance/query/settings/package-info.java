/** A company's settings: read, checked, replaced, compared in words, and taken back. */
@NullMarked
package org.visitbalance.query.settings;

import org.jspecify.annotations.NullMarked;
