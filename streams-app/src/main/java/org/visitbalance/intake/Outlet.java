package org.visitbalance.intake;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.ReceivedFile;

/** Where facts and the states of files go. What it throws means: try again later. */
public interface Outlet extends AutoCloseable {
  /**
   * Sends facts together with the state of their file, whose {@code sent} says how many of the
   * file's facts are then sent: all of it or nothing is on the topics.
   */
  void send(ReceivedFile file, List<SpecificRecord> facts);

  /** Returns the newest state of a file that was sent, or null. */
  @Nullable ReceivedFile last(ReceivedFile file);

  @Override
  void close();
}
