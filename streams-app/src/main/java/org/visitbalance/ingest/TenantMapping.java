package org.visitbalance.ingest;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mapping of one tenant's files, with the text that it was read from. */
public final class TenantMapping {
  private final String text;
  private final Mapping mapping;

  private TenantMapping(String text, Mapping mapping) {
    this.text = text;
    this.mapping = mapping;
  }

  /**
   * Reads a mapping.
   *
   * @param name the name of the text in messages
   * @param text YAML; empty for the built-in profiles alone
   * @throws InputException if it cannot be used
   */
  public static TenantMapping of(String name, String text) {
    List<Yaml> documents = Yaml.documents(name, text);
    if (documents.size() > 1) {
      throw new InputException(name + ": has several documents; it must contain one with files");
    }
    return new TenantMapping(
        text, documents.isEmpty() ? Mapping.NONE : Mapping.read(documents.get(0)));
  }

  /** Returns the text. */
  public String text() {
    return text;
  }

  /**
   * Checks that it is for a tenant.
   *
   * @throws InputException if it names another one
   */
  public void check(String tenant) {
    if (mapping.tenant() != null && !mapping.tenant().equals(tenant)) {
      throw new InputException(
          "the mapping is for the tenant " + mapping.tenant() + ", not for " + tenant);
    }
  }

  /** Returns the mapping for one tenant. */
  Mapping of(String tenant, @Nullable ZoneId zone) {
    check(tenant);
    return new Mapping(tenant, mapping.zone() == null ? zone : mapping.zone(), mapping.entries());
  }

  /** Returns the position of a file's entry, or -1. */
  int positionOf(Path file) {
    MappingEntry entry = mapping.entryOf(String.valueOf(file.getFileName()));
    return entry == null ? -1 : mapping.entries().indexOf(entry);
  }

  List<MappingEntry> entries() {
    return mapping.entries();
  }
}
