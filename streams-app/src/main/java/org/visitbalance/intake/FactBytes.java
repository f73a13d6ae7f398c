package org.visitbalance.intake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.core.FactKind;
import org.visitbalance.platform.serde.Codec;

/** Facts of any kind as bytes, and their hashes. */
final class FactBytes {
  /** The length of a hash. */
  static final int HASH = 16;

  private static final FactKind[] KINDS = FactKind.values();
  private static final Map<FactKind, Codec<SpecificRecord>> CODECS = codecs();

  private FactBytes() {}

  @SuppressWarnings("unchecked") // Each codec gets records of its own kind only.
  private static Map<FactKind, Codec<SpecificRecord>> codecs() {
    Map<FactKind, Codec<SpecificRecord>> codecs = new EnumMap<>(FactKind.class);
    for (FactKind kind : KINDS) {
      codecs.put(kind, (Codec<SpecificRecord>) (Codec<?>) new Codec<>(kind.type()));
    }
    return codecs;
  }

  private static Codec<SpecificRecord> codec(FactKind kind) {
    return Objects.requireNonNull(CODECS.get(kind));
  }

  @SuppressWarnings("EnumOrdinal") // The index of another form of the program is never read.
  static byte[] encode(SpecificRecord fact) {
    FactKind kind = FactKind.of(fact);
    byte[] record = codec(kind).encode(fact);
    byte[] bytes = new byte[record.length + 1];
    bytes[0] = (byte) kind.ordinal();
    System.arraycopy(record, 0, bytes, 1, record.length);
    return bytes;
  }

  static SpecificRecord decode(byte[] bytes) {
    return codec(KINDS[bytes[0]]).decode(Arrays.copyOfRange(bytes, 1, bytes.length));
  }

  static byte[] hash(byte[] fact) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(fact), HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
