package org.visitbalance.intake;

import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.AccessEntry;
import org.visitbalance.output.ReceivedFile;

/** Where facts and the states of files go. What it throws means: try again later. */
public interface Outlet extends AutoCloseable {
  /**
   * Sends facts together with the states of their files, whose {@code sent} says how many of each
   * file's facts are then sent: all of it or nothing is on the topics, the states in their order.
   */
  void send(List<ReceivedFile> files, List<SpecificRecord> facts);

  /** Sends facts and states together with what the access log must say of them. */
  default void send(
      List<ReceivedFile> files, List<SpecificRecord> facts, List<AccessEntry> entries) {
    send(files, facts);
  }

  /** Sends facts together with the state of their file. */
  default void send(ReceivedFile file, List<SpecificRecord> facts) {
    send(List.of(file), facts);
  }

  /** Returns the newest state of a file that was sent, or null. */
  @Nullable ReceivedFile last(ReceivedFile file);

  @Override
  void close();
}
