package org.visitbalance.intake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.visitbalance.ingest.hl7.Hl7Reading;
import org.visitbalance.platform.Sha256;

/**
 * A message of a listener.
 *
 * @param reading what it says
 * @param from the network address of the sender
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
public record ReceivedMessage(byte[] bytes, Instant receivedAt, Hl7Reading reading, String from) {
  private static final int UNNAMED = 16;

  /** Returns the name of a message without MSH-10. */
  public static String unnamed(byte[] bytes) {
    return Sha256.hex(new String(bytes, StandardCharsets.ISO_8859_1)).substring(0, UNNAMED);
  }
}
