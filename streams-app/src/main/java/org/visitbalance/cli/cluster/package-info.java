/** Commands that set up an installation on a cluster: topics, schemas. */
@NullMarked
package org.visitbalance.cli.cluster;

import org.jspecify.annotations.NullMarked;
