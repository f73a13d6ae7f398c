package org.visitbalance.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The mapping of one tenant's files, with the text that it was read from. */
public final class TenantMapping {
  private static final JsonFactory JSON = new JsonFactory();
  private static final DefaultIndenter LINES = new DefaultIndenter("  ", "\n");

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

  /**
   * Checks a tenant's mapping and returns it in the form in which it is kept.
   *
   * @param name the name of the text in messages
   * @param text YAML or JSON
   * @return JSON, which is also YAML, with the tenant
   * @throws InputException if it cannot be used, or is for another tenant
   */
  public static String document(String name, String text, String tenant) {
    of(name, text).check(tenant);
    StringWriter written = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(written)) {
      json.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(LINES).withArrayIndenter(LINES));
      json.writeStartObject();
      json.writeStringField("tenant", tenant);
      for (Yaml document : Yaml.documents(name, text)) {
        Map<String, Yaml> values = document.map("a document").all();
        values.remove("tenant");
        for (Map.Entry<String, Yaml> one : values.entrySet()) {
          json.writeFieldName(one.getKey());
          one.getValue().write(json);
        }
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return written.toString();
  }

  /** Returns the same mapping for the files of one tenant, where it does not say whose it is. */
  public TenantMapping named(String tenant) {
    return new TenantMapping(text, of(tenant, (@Nullable ZoneId) null));
  }

  /** Returns whether one of its entries is for a file of this name. */
  public boolean fits(String fileName) {
    return mapping.entryOf(fileName) != null;
  }

  /** Returns whether a file of this name gives patients their account numbers. */
  public boolean isCrosswalk(String fileName) {
    MappingEntry entry = mapping.entryOf(fileName);
    if (entry == null || entry.auto()) {
      return Profiles.isPatients(fileName);
    }
    return entry.kind() == RowKind.PATIENT;
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

  /** Returns the time zone that it names; null if it names none. */
  public @Nullable ZoneId zone() {
    return mapping.zone();
  }

  /** Returns the position of a file's entry, or -1. */
  int positionOf(Path file) {
    MappingEntry entry = mapping.entryOf(String.valueOf(file.getFileName()));
    return entry == null ? -1 : mapping.entries().indexOf(entry);
  }

  /** Returns how a file is read: by this mapping if it has an entry for it, else by another. */
  static Mapping choose(@Nullable TenantMapping first, Mapping otherwise, String fileName) {
    return first != null && first.fits(fileName) ? first.mapping : otherwise;
  }

  List<MappingEntry> entries() {
    return mapping.entries();
  }
}
