package org.visitbalance.intake;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.FileSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/**
 * A file that should have come.
 *
 * @param match the pattern of its name
 * @param day the day on which it was expected
 * @param due until when
 */
public record MissingFile(String tenant, String match, LocalDate day, Instant due) {

  /**
   * Returns the record that says what has become of it (contract.md#files).
   *
   * @param by who gave it up; null unless somebody did
   */
  ReceivedFile as(FileState state, Instant at, @Nullable String by) {
    return ReceivedFile.newBuilder()
        .setTenant(tenant)
        .setSha256("")
        .setPart(day + " " + match)
        .setReceipt(0)
        .setName(match)
        .setSize(0)
        .setSource(FileSource.FOLDER)
        .setState(state)
        .setRows(0)
        .setFacts(0)
        .setToSend(0)
        .setSent(0)
        .setUnchanged(0)
        .setDead(0)
        .setSkipped(0)
        .setFirstDate(day)
        .setLastDate(day)
        .setReceivedAt(due)
        .setChangedAt(at)
        .setBy(by)
        .build();
  }
}
