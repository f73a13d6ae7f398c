package org.visitbalance.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.hl7.Hl7Reading;
import org.visitbalance.ingest.hl7.Hl7Text;

/**
 * Names a message: by its sender, MSH-10, and MSH-7, because in some systems the numbers of MSH-10
 * begin anew. A message without MSH-10 is named by all of it.
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by its own means.
record MessageKey(byte[] bytes) {
  private static final String BETWEEN = "\n";
  private static final int LENGTH = 16;
  private static final int WRITTEN = 7;

  static MessageKey of(MessageLogs.Log log, byte[] message, Hl7Reading reading) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((log.tenant() + BETWEEN + log.listener() + BETWEEN).getBytes(UTF_8));
      if (reading.control().isEmpty()) {
        digest.update(message);
      } else {
        String written = Hl7Text.header(message, WRITTEN);
        String name = String.join(BETWEEN, reading.sender(), reading.control(), written);
        digest.update(name.getBytes(UTF_8));
      }
      return new MessageKey(Arrays.copyOf(digest.digest(), LENGTH));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MessageKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return ByteBuffer.wrap(bytes).getInt();
  }
}
