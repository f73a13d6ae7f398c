/**
 * Schema registries as Confluent's protocol has them: a client, and a small one of our own that
 * keeps its schemas in memory or on a topic.
 */
@NullMarked
package org.visitbalance.platform.registry;

import org.jspecify.annotations.NullMarked;
