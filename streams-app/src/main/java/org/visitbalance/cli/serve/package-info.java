/** The service put together: topology, read model, API and page in one process. */
@NullMarked
package org.visitbalance.cli.serve;

import org.jspecify.annotations.NullMarked;
