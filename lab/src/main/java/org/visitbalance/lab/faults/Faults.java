package org.visitbalance.lab.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Folders;

/** Does faults to an installation, and mends them. */
final class Faults {
  private static final Duration LONGER_THAN_A_SESSION = Duration.ofSeconds(12);

  /**
   * A fault that was begun.
   *
   * @param length how long it lasts
   * @param end mends it
   */
  record Begun(FaultKind kind, Duration length, Runnable end) {}

  private final Installation installation;
  private final Story story;
  private final Committed committed;
  private final Random random;

  Faults(Installation installation, Story story, Committed committed, Random random) {
    this.installation = installation;
    this.story = story;
    this.committed = committed;
    this.random = random;
  }

  /** Why a kind cannot be done on this machine; null if it can. */
  @Nullable String skipped(FaultKind kind) {
    return switch (kind) {
      case KILL_DATABASE ->
          installation.postgres == null ? "PostgreSQL is not installed here" : null;
      case FULL_TABLE_DISK ->
          installation.postgres == null
              ? "PostgreSQL is not installed here"
              : mounting(installation.tableDisk);
      case FULL_STATE_DISK -> mounting(installation.stateDisk);
      default -> null;
    };
  }

  private static @Nullable String mounting(SmallDisk disk) {
    return disk.isMounted() ? null : "mounting a small disk is not allowed here";
  }

  /** Begins a fault. */
  Begun begin(FaultKind kind) {
    return switch (kind) {
      case KILL_INSTANCE -> killed(kind, any(installation.instances), 12_000);
      case LOSE_STATE -> stateLost(kind);
      case FREEZE_INSTANCE -> frozen(kind);
      case KILL_BROKER -> killed(kind, any(installation.brokers), 12_000);
      case KILL_REGISTRY -> killed(kind, installation.registry, 6_000);
      case KILL_DATABASE -> killed(kind, installation.postgres, 6_000);
      case KILL_ALERTS -> killed(kind, installation.alerts, 6_000);
      case DROP_CONNECTIONS -> network(kind, TcpProxy.Mode.DROP);
      case SLOW_CONNECTIONS -> network(kind, TcpProxy.Mode.DELAY);
      case HALF_OPEN_CONNECTIONS -> network(kind, TcpProxy.Mode.HALF_OPEN);
      case POISON -> {
        story.poison();
        yield done(kind);
      }
      case WRONG_TICKS -> {
        story.wrongTicks();
        yield done(kind);
      }
      case CHANGE_SETTINGS -> {
        story.changeSettings();
        yield done(kind);
      }
      case CLOSE_DAYS -> {
        story.close(committed);
        yield done(kind);
      }
      case FULL_STATE_DISK -> full(kind, installation.stateDisk);
      case FULL_TABLE_DISK -> full(kind, installation.tableDisk);
      case UPGRADE -> throw new IllegalArgumentException("the upgrade comes once");
    };
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Duration upTo(int millis) {
    return Duration.ofMillis(500 + random.nextInt(millis));
  }

  private Begun killed(FaultKind kind, @Nullable Child child, int longest) {
    if (child == null) {
      throw new IllegalStateException(kind + " is not possible here");
    }
    child.kill();
    return new Begun(kind, upTo(longest), child::start);
  }

  /** Only the instance whose state is on no small disk: that disk cannot be deleted. */
  private Begun stateLost(FaultKind kind) {
    Child instance = installation.instances.get(0);
    instance.kill();
    Folders.delete(installation.state());
    return new Begun(kind, upTo(12_000), instance::start);
  }

  private Begun frozen(FaultKind kind) {
    Child instance = any(installation.instances);
    instance.freeze();
    return new Begun(kind, LONGER_THAN_A_SESSION, instance::thaw);
  }

  /** The network to one broker, to all, to the registry, or to the database. */
  private Begun network(FaultKind kind, TcpProxy.Mode mode) {
    List<TcpProxy> bad = new ArrayList<>();
    switch (random.nextInt(4)) {
      case 0 -> bad.add(any(installation.brokerProxies));
      case 1 -> bad.addAll(installation.brokerProxies);
      case 2 -> bad.add(installation.registryProxy);
      default -> {
        bad.addAll(installation.brokerProxies);
        bad.add(installation.registryProxy);
        if (installation.postgresProxy != null) {
          bad.add(installation.postgresProxy);
        }
      }
    }
    bad.forEach(one -> one.become(mode));
    return new Begun(kind, upTo(8_000), () -> bad.forEach(one -> one.become(TcpProxy.Mode.PASS)));
  }

  private Begun full(FaultKind kind, SmallDisk disk) {
    disk.fill();
    return new Begun(kind, upTo(8_000), disk::empty);
  }

  private static Begun done(FaultKind kind) {
    return new Begun(kind, Duration.ofSeconds(1), () -> {});
  }

  /** Which kinds can be done. */
  Set<FaultKind> possible(Set<FaultKind> wanted) {
    Set<FaultKind> possible = EnumSet.noneOf(FaultKind.class);
    wanted.stream().filter(kind -> skipped(kind) == null).forEach(possible::add);
    return possible;
  }

  /**
   * Whether two kinds may overlap: one of each kind of target. Days are not closed while the
   * registry is down, because the suite itself registers the schema of the first close.
   */
  static boolean mayOverlap(FaultKind one, FaultKind other) {
    return one != other
        && !(isOfInstance(one) && isOfInstance(other))
        && !Set.of(one, other).equals(Set.of(FaultKind.KILL_REGISTRY, FaultKind.CLOSE_DAYS));
  }

  private static boolean isOfInstance(FaultKind kind) {
    return switch (kind) {
      case KILL_INSTANCE, LOSE_STATE, FREEZE_INSTANCE, FULL_STATE_DISK -> true;
      default -> false;
    };
  }

  static void pause(Duration length) {
    try {
      TimeUnit.MILLISECONDS.sleep(length.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
