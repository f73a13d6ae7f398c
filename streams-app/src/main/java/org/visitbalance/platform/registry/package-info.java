/**
 * Schema registries with Confluent's protocol: a client, and a small registry that keeps its
 * schemas in memory or on a topic.
 */
@NullMarked
package org.visitbalance.platform.registry;

import org.jspecify.annotations.NullMarked;
