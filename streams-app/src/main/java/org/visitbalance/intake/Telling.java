package org.visitbalance.intake;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactKind;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** Tells the topics which expected files are late, and which systems are complete until when. */
final class Telling {
  private final Desk desk;

  /** Tenants whose files may have told of something later than what was said to be complete. */
  private final Set<String> told = new HashSet<>();

  Telling(Desk desk) {
    this.desk = desk;
    for (IntakeFolder folder : desk.plan().folders()) {
      if (folder.impliesFeeds()) {
        told.add(folder.tenant());
      }
    }
  }

  /** Notes that a file has come to its end. */
  void ended(ReceivedFile file) {
    boolean isImplied =
        desk.plan().folders().stream()
            .anyMatch(one -> one.impliesFeeds() && one.tenant().equals(file.getTenant()));
    if (isImplied) {
      told.add(file.getTenant());
    }
  }

  /** Says on the topic which expected files are late, and which are no more. */
  void sayMissing() throws IOException {
    Instant now = desk.now();
    for (MissingFile one : desk.expecting().untold(now)) {
      desk.outlet().send(one.as(FileState.MISSING, now, null), List.of());
      desk.expecting().told(one);
    }
    for (Expecting.End end : desk.expecting().ends(now)) {
      desk.outlet().send(end.file().as(end.state(), now, end.by()), List.of());
      desk.expecting().over(end.file());
    }
  }

  /** Sends a feed for each system of which the expected files of another day have come. */
  void sayComplete() throws IOException {
    Instant now = desk.now();
    FactTables facts = new FactTables(desk.sql());
    for (Expecting.Complete one : desk.expecting().complete(now)) {
      Instant until = one.until();
      sayComplete(
          one.tenant(),
          one.source(),
          until == null ? latest(facts, one.tenant(), one.source(), now) : until);
    }
    for (String tenant : Set.copyOf(told)) {
      for (FeedSource source : List.of(FeedSource.EMR, FeedSource.BILLING)) {
        if (!facts.hasFeed(tenant, source)) {
          sayComplete(tenant, source, latest(facts, tenant, source, now));
        }
      }
      told.remove(tenant);
    }
  }

  private static @Nullable Instant latest(
      FactTables facts, String tenant, FeedSource source, Instant now) {
    FactKind kind = source == FeedSource.EMR ? FactKind.VISIT : FactKind.CHARGE;
    return facts.latest(tenant, kind, now);
  }

  private void sayComplete(String tenant, FeedSource source, @Nullable Instant until)
      throws IOException {
    Instant said = desk.expecting().said(tenant, source);
    ReceivedFile last = desk.files().lastDone(tenant);
    if (until == null || last == null || (said != null && !until.isAfter(said))) {
      return;
    }
    String id = "feed:" + source + "@" + until;
    desk.outlet().send(last, List.of(new Feed(tenant, id, until, source, until)));
    desk.expecting().said(tenant, source, until);
  }
}
