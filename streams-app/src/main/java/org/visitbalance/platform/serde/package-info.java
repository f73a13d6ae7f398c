/**
 * Records as bytes: Avro, with Confluent's header where a schema registry has the schemas, and
 * without a header where only this program reads what it wrote.
 */
@NullMarked
package org.visitbalance.platform.serde;

import org.jspecify.annotations.NullMarked;
