package org.visitbalance.topology;

import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * An output of a processor: a value for one of several topics; the record's key is the key on that
 * topic.
 *
 * @param value the value; null if what was reported under this key no longer applies
 */
record TopicRecord(Topic<?> topic, @Nullable SpecificRecord value) {}
