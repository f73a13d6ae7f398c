package org.visitbalance.intake.hl7;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.hl7.Hl7Profile;
import org.visitbalance.intake.MessageListener;

/** All listeners of an intake. */
public final class Hl7Listeners implements AutoCloseable {
  private final Hl7Pump pump;
  private final List<Hl7Server> servers = new ArrayList<>();
  private final List<Mapped> mapped = new ArrayList<>();

  private Hl7Listeners(Hl7Sink sink, InstantSource time) {
    pump = new Hl7Pump(sink, time);
  }

  /**
   * Opens the ports and begins to listen.
   *
   * @param environment has the passwords of keystores
   * @param zones returns a tenant's time zone; null if its settings are not known
   * @throws InputException if a port, a keystore, or a mapping cannot be used
   */
  public static Hl7Listeners start(
      List<Hl7Entry> entries,
      Map<String, String> environment,
      Function<String, @Nullable ZoneId> zones,
      Hl7Sink sink,
      InstantSource time) {
    return start(entries, environment, zones, sink, time, Hl7Server.Limits.USUAL);
  }

  static Hl7Listeners start(
      List<Hl7Entry> entries,
      Map<String, String> environment,
      Function<String, @Nullable ZoneId> zones,
      Hl7Sink sink,
      InstantSource time,
      Hl7Server.Limits limits) {
    Hl7Listeners all = new Hl7Listeners(sink, time);
    try {
      for (Hl7Entry entry : entries) {
        Mapped mapping = new Mapped(entry, zones);
        MessageListener unused = mapping.listener();
        all.mapped.add(mapping);
        Hl7Tls tls = tls(entry, environment);
        all.servers.add(new Hl7Server(entry, tls, all.pump, mapping::listener, time, limits));
      }
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
    all.pump.start();
    all.servers.forEach(Hl7Server::start);
    return all;
  }

  private static @Nullable Hl7Tls tls(Hl7Entry entry, Map<String, String> environment) {
    Hl7Entry.Tls tls = entry.tls();
    if (tls == null) {
      return null;
    }
    String trusted = tls.truststorePasswordEnv();
    return new Hl7Tls(
        tls.keystore(),
        password(entry, tls.passwordEnv(), environment),
        tls.truststore(),
        trusted == null ? null : password(entry, trusted, environment));
  }

  private static String password(Hl7Entry entry, String name, Map<String, String> environment) {
    String password = environment.get(name);
    if (password == null) {
      throw new InputException(
          "hl7 " + entry.name() + ": set " + name + " to the password of the keystore");
    }
    return password;
  }

  /** What messages of an entry are accepted as, with its mapping as it is now. */
  private static final class Mapped {
    private final Hl7Entry entry;
    private final Function<String, @Nullable ZoneId> zones;
    private final AtomicReference<@Nullable MessageListener> last = new AtomicReference<>();
    private volatile @Nullable String trouble;

    Mapped(Hl7Entry entry, Function<String, @Nullable ZoneId> zones) {
      this.entry = entry;
      this.zones = zones;
    }

    MessageListener listener() {
      try {
        String text = text();
        MessageListener known = last.get();
        Hl7Profile profile =
            known != null && known.profile().text().equals(text)
                ? known.profile()
                : Hl7Profile.of(name(), text);
        profile.check(entry.tenant());
        ZoneId zone = zone(profile);
        if (known == null || known.profile() != profile || !known.zone().equals(zone)) {
          known =
              new MessageListener(
                  entry.name(), entry.tenant(), entry.source(), profile, zone, entry.refusesBad());
          last.set(known);
        }
        trouble = null;
        return known;
      } catch (InputException e) {
        trouble = "the mapping has an error: " + e.getMessage();
        throw e;
      }
    }

    private ZoneId zone(Hl7Profile profile) {
      ZoneId own = profile.zone();
      ZoneId ofTenant = own == null ? zones.apply(entry.tenant()) : own;
      return ofTenant == null ? ZoneOffset.UTC : ofTenant;
    }

    private String name() {
      Path mapping = entry.mapping();
      return mapping == null ? "defaults" : String.valueOf(mapping.getFileName());
    }

    private String text() {
      try {
        Path mapping = entry.mapping();
        return mapping == null ? "" : Files.readString(mapping);
      } catch (IOException e) {
        throw new InputException("the mapping " + entry.mapping() + " cannot be read", e);
      }
    }
  }

  /** Takes the figures of a listener. */
  public interface Figures {
    /**
     * Takes a figure.
     *
     * @param name of the metric, without what all metrics of listeners begin with
     * @param event what is counted; null for a figure of its own
     */
    void figure(
        String listener, String name, @Nullable String event, ToDoubleFunction<Hl7Listeners> value);
  }

  /** Says which figures there are. */
  public void figures(Figures to) {
    for (int i = 0; i < servers.size(); i++) {
      int place = i;
      String name = servers.get(i).name();
      for (Hl7Counts.Event event : Hl7Counts.Event.values()) {
        to.figure(
            name, "messages", event.label(), all -> all.servers.get(place).counts().get(event));
      }
      to.figure(name, "skipped_bytes", null, all -> all.servers.get(place).counts().skippedBytes());
      to.figure(name, "connections", null, all -> all.servers.get(place).connections());
    }
  }

  /** Returns how often something has happened at a listener. */
  public long count(String listener, Hl7Counts.Event event) {
    return servers.stream()
        .filter(one -> one.name().equals(listener))
        .mapToLong(one -> one.counts().get(event))
        .sum();
  }

  /** Returns the port of a listener. */
  public int port(String listener) {
    return servers.stream()
        .filter(one -> one.name().equals(listener))
        .findFirst()
        .orElseThrow()
        .port();
  }

  /** Returns why messages are not accepted, in words that show nothing of one; null if they are. */
  public @Nullable String trouble() {
    List<String> problems = new ArrayList<>();
    String common = pump.trouble();
    if (common != null) {
      problems.add("hl7: " + common);
    }
    for (int i = 0; i < servers.size(); i++) {
      Hl7Server server = servers.get(i);
      for (String one : new String[] {server.trouble(), mapped.get(i).trouble}) {
        if (one != null) {
          problems.add("hl7 " + server.name() + ": " + one);
        }
      }
    }
    return problems.isEmpty() ? null : String.join("; ", problems);
  }

  @Override
  public void close() {
    servers.forEach(Hl7Server::close);
    pump.close();
  }
}
