package org.visitbalance.topology;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a processor says: a value for one of several topics; the record's key is the topic's.
 *
 * @param value null: what was said under this key holds no longer
 */
record TopicRecord(Topic<?> topic, @Nullable SpecificRecord value) {}
