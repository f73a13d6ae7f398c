package org.visitbalance.platform.registry;

import org.apache.avro.Schema;

/**
 * A schema as a version of a subject.
 *
 * @param version the version, from 1
 * @param id the id of the schema itself, the same under every subject
 */
public record SchemaVersion(String subject, int version, int id, Schema schema) {}
