package org.visitbalance.ingest;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a folder's files are to be read (files.md#mapping).
 *
 * @param tenant the tenant of every file that names no other
 * @param zone the time zone of times without an offset
 */
record Mapping(@Nullable String tenant, @Nullable ZoneId zone, List<MappingEntry> entries) {
  static final Mapping NONE = new Mapping(null, null, List.of());

  /** Reads a mapping file. */
  static Mapping read(Path file) {
    List<Yaml> documents = Yaml.documents(file);
    if (documents.size() != 1) {
      throw new InputException(
          file.getFileName()
              + (documents.isEmpty() ? ": is empty; " : ": has several documents; ")
              + "it must contain one document with files");
    }
    return read(documents.get(0));
  }

  /** Reads a mapping document. */
  static Mapping read(Yaml document) {
    Yaml.Fields fields = document.map("a document with tenant, zone and files");
    Yaml tenant = fields.get("tenant");
    Yaml zone = fields.get("zone");
    Yaml files = fields.get("files");
    List<MappingEntry> entries = new ArrayList<>();
    if (files != null) {
      for (Yaml entry : files.list("a list of entries, each with match")) {
        entries.add(MappingEntry.read(entry));
      }
    }
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are tenant, zone, files");
    }
    return new Mapping(
        tenant == null ? null : tenant.text("the company's name"),
        zone == null ? null : SettingsDocument.zoneId(zone),
        List.copyOf(entries));
  }

  /** Returns the first entry that matches a file's name, or null. */
  @Nullable MappingEntry entryOf(String fileName) {
    for (MappingEntry entry : entries) {
      if (entry.fits(fileName)) {
        return entry;
      }
    }
    return null;
  }
}
