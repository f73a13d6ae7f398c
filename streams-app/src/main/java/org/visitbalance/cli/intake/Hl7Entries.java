package org.visitbalance.cli.intake;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.Yaml;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.intake.hl7.Hl7Entry;

/** Reads the listeners of an intake file. */
final class Hl7Entries {
  private static final String A_PLACE = "an address and a port such as \"127.0.0.1:2575\"";
  private static final String A_FILE = "the path of a file";
  private static final int MOST_PORT = 65_535;

  private final Path folder;

  /** Reads paths that are not absolute from the folder of the intake file. */
  Hl7Entries(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    this.folder = parent == null ? file.toAbsolutePath() : parent;
  }

  /**
   * Reads the entries.
   *
   * @param tenants the tenants that have a folder, and thereby an archive
   */
  List<Hl7Entry> read(Yaml place, Set<String> tenants) {
    return place.named("a list of listeners", one -> entry(one, tenants), Hl7Entry::name);
  }

  private Hl7Entry entry(Yaml place, Set<String> tenants) {
    Yaml.Fields fields = place.map("a map with name, tenant, listen and source");
    Yaml name = fields.need("name", "a name of letters and digits");
    if (!name.text("a name").matches("[A-Za-z0-9][A-Za-z0-9_-]{0,39}")) {
      throw name.error("must be a name of up to 40 letters, digits, - and _");
    }
    Yaml tenant = fields.need("tenant", "the company's name");
    if (!tenants.contains(tenant.text("the company's name"))) {
      throw tenant.error("must be the tenant of one of the folders, whose archive keeps messages");
    }
    Yaml source = fields.need("source", "EMR or BILLING");
    Hl7Source system = Hl7Source.named(source.text("EMR or BILLING"));
    if (system == null) {
      throw source.error("must be EMR or BILLING");
    }
    Yaml listen = fields.need("listen", A_PLACE);
    String at = listen.text(A_PLACE);
    int colon = at.lastIndexOf(':');
    Yaml mapping = fields.get("mapping");
    Yaml tls = fields.get("tls");
    Yaml allow = fields.get("allow");
    Yaml processing = fields.get("processingId");
    Yaml bad = fields.get("onBadContent");
    Hl7Entry entry =
        new Hl7Entry(
            name.text("a name"),
            tenant.text("the company's name"),
            host(listen, colon),
            port(listen, colon),
            system,
            mapping == null ? null : path(mapping),
            tls == null ? null : tls(tls),
            allow == null ? Set.of() : addresses(allow),
            processing == null ? "P" : processing.text("P, T or D"),
            bad != null && refuses(bad));
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error(
          "is not a known key; allowed are name, tenant, listen, source, mapping, tls, allow,"
              + " processingId, onBadContent");
    }
    return entry;
  }

  private static String host(Yaml listen, int colon) {
    if (colon <= 0) {
      throw listen.error("must be " + A_PLACE);
    }
    String host = listen.text(A_PLACE).substring(0, colon);
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static int port(Yaml listen, int colon) {
    String port = listen.text(A_PLACE).substring(colon + 1);
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > MOST_PORT) {
      throw listen.error("must be " + A_PLACE);
    }
    return Integer.parseInt(port);
  }

  private Path path(Yaml place) {
    return folder.resolve(place.text(A_FILE)).normalize();
  }

  private Hl7Entry.Tls tls(Yaml place) {
    Yaml.Fields fields = place.map("a map with keystore and passwordEnv");
    String variable = "the name of a variable with the password";
    Yaml truststore = fields.get("truststore");
    @Nullable Yaml trusted =
        truststore == null ? null : fields.need("truststorePasswordEnv", variable);
    Hl7Entry.Tls tls =
        new Hl7Entry.Tls(
            path(fields.need("keystore", A_FILE)),
            fields.need("passwordEnv", variable).text(variable),
            truststore == null ? null : path(truststore),
            trusted == null ? null : trusted.text(variable));
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error(
          "is not a known key; allowed are keystore, passwordEnv, truststore,"
              + " truststorePasswordEnv");
    }
    return tls;
  }

  private static Set<String> addresses(Yaml place) {
    String wanted = "a network address such as 192.0.2.7";
    Set<String> all = new HashSet<>();
    for (Yaml one : place.list("a list of network addresses")) {
      String address = one.text(wanted);
      if (!address.matches("[0-9.]{7,15}|[0-9A-Fa-f:.]{2,45}")) {
        throw one.error("must be " + wanted);
      }
      all.add(address);
    }
    return Set.copyOf(all);
  }

  private static boolean refuses(Yaml place) {
    String wanted = "ACCEPT or ERROR";
    return switch (place.text(wanted)) {
      case "ACCEPT" -> false;
      case "ERROR" -> true;
      default -> throw place.error("must be " + wanted);
    };
  }
}
