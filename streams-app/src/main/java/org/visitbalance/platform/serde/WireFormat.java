package org.visitbalance.platform.serde;

import java.io.ByteArrayOutputStream;

/** Confluent's wire format: a zero byte, the schema's id in four bytes, then the data. */
final class WireFormat {
  static final byte MAGIC = 0;
  static final int HEADER = 5;

  private WireFormat() {}

  /** Writes the header before a record's data. */
  static void writeHeader(int id, ByteArrayOutputStream out) {
    out.write(MAGIC);
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      out.write(id >>> shift);
    }
  }

  /**
   * Returns the schema id in a record's bytes.
   *
   * @throws UndecodableException if there is none
   */
  static int id(byte[] bytes) {
    if (bytes.length < HEADER) {
      throw new UndecodableException(
          "a record of "
              + bytes.length
              + " bytes is too short for Confluent's wire format (5 bytes before the data); its"
              + " producer must use an Avro serializer with a schema registry");
    }
    if (bytes[0] != MAGIC) {
      throw new UndecodableException(
          "a record does not begin with the zero byte of Confluent's wire format; its producer must"
              + " use an Avro serializer with a schema registry");
    }
    int id = 0;
    for (int i = 1; i < HEADER; i++) {
      id = (id << Byte.SIZE) | (bytes[i] & 0xff);
    }
    if (id <= 0) {
      throw new UndecodableException(
          "a record names schema "
              + id
              + ", which is not a valid id; its producer must use an Avro serializer with a schema"
              + " registry");
    }
    return id;
  }
}
