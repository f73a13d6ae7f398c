package org.visitbalance.intake.hl7;

import java.io.IOException;
import java.util.List;
import org.visitbalance.intake.MessageAnswer;
import org.visitbalance.intake.MessageListener;
import org.visitbalance.intake.ReceivedMessage;

/** Where messages go. */
public interface Hl7Sink {
  /** Accepts messages that were received together, all or none; returns what becomes of each. */
  List<MessageAnswer> accept(MessageListener listener, List<ReceivedMessage> messages)
      throws IOException;

  /**
   * Asks again what accepting a message needs, and accepts nothing.
   *
   * @throws IOException if the archive or the state cannot be written
   * @throws org.visitbalance.intake.Intake.Away if the topics cannot be reached
   */
  void check() throws IOException;
}
