/** The output of the service, stored in SQL tables and served over HTTP: docs/read-model.md. */
@NullMarked
package org.visitbalance.query;

import org.jspecify.annotations.NullMarked;
