package org.visitbalance.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.registry.CompatibilityLevel;
import org.visitbalance.platform.registry.PortableSchemas;
import org.visitbalance.platform.registry.RegistryRefusedException;
import org.visitbalance.platform.registry.SchemaRegistries;
import org.visitbalance.platform.registry.SchemaRegistry;
import org.visitbalance.platform.registry.SchemaVersion;
import org.visitbalance.topology.Topic;
import org.visitbalance.topology.Topics;

/**
 * Maintains the schemas of an installation's values in a registry: registers them, and sets the
 * compatibility level of each subject. Never deletes anything.
 */
public final class SchemaReconciler implements Reconciler {
  private static final CompatibilityLevel LEVEL = CompatibilityLevel.FULL_TRANSITIVE;
  private static final int SHOWN = 3;
  private static final int NOT_FOUND = 404;
  private static final String LEVEL_NAME = "compatibility";

  private final SchemaRegistry registry;
  private final String prefix;

  /**
   * Opens a registry, without connecting yet.
   *
   * @param clients see {@link org.visitbalance.platform.registry.RegistryConfig}
   * @param prefix the prefix of every topic name
   */
  public SchemaReconciler(Map<String, Object> clients, String prefix) {
    this.registry = SchemaRegistries.open(clients);
    this.prefix = prefix;
  }

  @Override
  public List<Drift> look() {
    return Topics.ALL.stream().map(this::look).toList();
  }

  private Drift look(Topic<?> topic) {
    String subject = prefix + topic.name() + "-value";
    Schema schema = PortableSchemas.of(SpecificData.get().getSchema(topic.type()));
    List<SchemaVersion> versions = versions(subject);
    if (versions.isEmpty()) {
      return new Drift(
          subject,
          false,
          "version 1, " + LEVEL,
          List.of(),
          really -> mend(subject, schema, really));
    }
    SchemaVersion latest = versions.get(versions.size() - 1);
    SchemaVersion own = registered(subject, schema);
    List<Difference> differences = new ArrayList<>();
    CompatibilityLevel level = level(subject);
    if (level != LEVEL) {
      String is = level == null ? "the registry's default, " + registry.level(null) : level.name();
      differences.add(Difference.mendable(LEVEL_NAME, is, LEVEL.name()));
    }
    String details = "version " + latest.version();
    if (own == null) {
      differences.add(difference(subject, schema, versions, latest));
    } else if (own.version() < latest.version()) {
      details =
          "version "
              + own.version()
              + "; version "
              + latest.version()
              + " belongs to another program";
    }
    boolean refused = !differences.stream().allMatch(Difference::isMendable);
    return new Drift(
        subject,
        true,
        details,
        // A subject that is incompatible belongs to another program, so nothing of it is changed.
        refused ? differences.stream().filter(d -> !d.isMendable()).toList() : differences,
        really -> mend(subject, own == null ? schema : null, really));
  }

  private Difference difference(
      String subject, Schema schema, List<SchemaVersion> versions, SchemaVersion latest) {
    List<String> conflicts = LEVEL.conflicts(schema, versions);
    if (conflicts.isEmpty()) {
      conflicts = registry.conflicts(subject, schema);
    }
    return new Difference(
        "schema",
        "version " + latest.version() + ", which differs",
        "this program's schema, " + change(latest.schema(), schema),
        conflicts.isEmpty() ? null : obstacle(conflicts));
  }

  private static String obstacle(List<String> conflicts) {
    int more = conflicts.size() - SHOWN;
    return "not registered because it is incompatible: "
        + String.join("; ", conflicts.subList(0, Math.min(SHOWN, conflicts.size())))
        + (more > 0 ? "; and " + more + " more" : "")
        + "; see docs/operating.md, \"When a schema is rejected\"";
  }

  /** Describes the step from one schema to another. */
  private static String change(Schema from, Schema to) {
    Set<String> added = new TreeSet<>(names(to));
    added.removeAll(names(from));
    Set<String> dropped = new TreeSet<>(names(from));
    dropped.removeAll(names(to));
    List<String> parts = new ArrayList<>();
    if (!added.isEmpty()) {
      parts.add("which adds " + String.join(", ", added));
    }
    if (!dropped.isEmpty()) {
      parts.add("which lacks " + String.join(", ", dropped));
    }
    return parts.isEmpty()
        ? "which has the same fields with other types, defaults or descriptions"
        : String.join(" and ", parts);
  }

  private static Set<String> names(Schema schema) {
    return schema.getType() == Schema.Type.RECORD
        ? schema.getFields().stream().map(Schema.Field::name).collect(Collectors.toSet())
        : Set.of();
  }

  private List<SchemaVersion> versions(String subject) {
    try {
      return registry.versions(subject);
    } catch (RegistryRefusedException e) {
      throwUnlessNotFound(e);
      return List.of();
    }
  }

  private @Nullable SchemaVersion registered(String subject, Schema schema) {
    try {
      return registry.lookUp(subject, schema);
    } catch (RegistryRefusedException e) {
      throwUnlessNotFound(e);
      return null;
    }
  }

  private @Nullable CompatibilityLevel level(String subject) {
    try {
      return registry.level(subject);
    } catch (RegistryRefusedException e) {
      throwUnlessNotFound(e);
      return null;
    }
  }

  private static void throwUnlessNotFound(RegistryRefusedException refused) {
    if (refused.status() != NOT_FOUND) {
      throw refused;
    }
  }

  /** Sets the level first: from then on, the registry itself rejects incompatible schemas. */
  private void mend(String subject, @Nullable Schema schema, boolean really) {
    if (!really) {
      return;
    }
    if (level(subject) != LEVEL) {
      registry.setLevel(subject, LEVEL);
    }
    if (schema != null) {
      int unused = registry.register(subject, schema);
    }
  }
}
