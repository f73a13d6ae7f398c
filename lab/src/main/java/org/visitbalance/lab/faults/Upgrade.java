package org.visitbalance.lab.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A rolling upgrade from an older version with another form of stored state. The first new instance
 * waits, and the older one goes on; when that one has stopped, the new ones rebuild the state.
 */
final class Upgrade {
  private static final Duration BREATH = Duration.ofSeconds(1);
  private static final int QUIET = 5;
  private static final int MOST_SECONDS = 120;

  private final Installation installation;
  private final Story story;
  private final Committed committed;
  private final List<String> wrong = new ArrayList<>();
  private long told;

  Upgrade(Installation installation, Story story, Committed committed) {
    this.installation = installation;
    this.story = story;
    this.committed = committed;
  }

  /** Runs the older version for a while, then updates one instance after the other. */
  void run(Path jar) {
    installation.version(0, jar);
    installation.version(1, jar);
    installation.instances.forEach(Child::start);
    story.flow(true);
    Faults.pause(Duration.ofSeconds(8));
    settle();
    update(0);
    long before = committed.records();
    story.flow(true);
    Faults.pause(Duration.ofSeconds(10));
    settle();
    if (committed.records() == before) {
      wrong.add("upgrade: the older instance did not go on while the newer one waited");
    }
    told = installation.receiver.openings();
    update(1);
  }

  private void update(int instance) {
    Child child = installation.instances.get(instance);
    child.stop();
    installation.version(instance, null);
    child.start();
  }

  /** No more facts, until nothing comes of them any more. */
  private void settle() {
    story.flow(false);
    long last = -1;
    int quiet = 0;
    for (int i = 0; i < MOST_SECONDS && quiet < QUIET; i++) {
      story.tick();
      Faults.pause(BREATH);
      long now = committed.records() + installation.receiver.openings();
      quiet = now == last && now > 0 ? quiet + 1 : 0;
      last = now;
    }
  }

  /** What was wrong, once the state has been rebuilt: without new facts, nothing opens. */
  List<String> wrong() {
    long openings = installation.receiver.openings() - told;
    if (openings > 0) {
      wrong.add("upgrade: alerts told " + openings + " openings of the rebuild alone");
    }
    return wrong;
  }
}
