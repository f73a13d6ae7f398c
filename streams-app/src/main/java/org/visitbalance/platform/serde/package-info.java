/**
 * Records as bytes: Avro, with Confluent's header where a schema registry knows the schemas, and
 * without one where we alone read what we wrote.
 */
@NullMarked
package org.visitbalance.platform.serde;

import org.jspecify.annotations.NullMarked;
