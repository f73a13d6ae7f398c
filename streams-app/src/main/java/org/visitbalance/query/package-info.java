/** What the service says, kept in SQL and given over HTTP: docs/read-model.md. */
@NullMarked
package org.visitbalance.query;

import org.jspecify.annotations.NullMarked;
