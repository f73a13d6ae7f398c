package org.visitbalance.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.settings.Settings;

/** A folder of facts, exports and settings (contract.md#input; files.md). */
public final class InputFolder {
  private static final String MAPPING = "mapping.yaml";

  private final Map<String, Settings> settings;
  private final List<FactReader> readers;

  private InputFolder(Map<String, Settings> settings, List<FactReader> readers) {
    this.settings = settings;
    this.readers = readers;
  }

  /**
   * Opens a folder and looks at every file: anything that makes it unusable is reported here,
   * before any fact is read.
   *
   * @param mapping how to read its CSV files; null for the folder's own mapping.yaml, if there is
   *     one
   * @param notes receives a sentence on anything a person should know, such as a skipped file
   * @throws InputException if the folder or one of its files cannot be used
   */
  public static InputFolder open(Path folder, @Nullable Path mapping, Consumer<String> notes) {
    List<Path> settingsFiles = new ArrayList<>();
    List<Path> json = new ArrayList<>();
    List<Path> csv = new ArrayList<>();
    Path own = null;
    for (Path file : files(folder)) {
      String name = String.valueOf(file.getFileName());
      String folded = name.toLowerCase(Locale.ROOT);
      if (Files.isDirectory(file)) {
        notes.accept(name + ": skipped; it is a folder");
      } else if (folded.endsWith(".jsonl")) {
        json.add(file);
      } else if (folded.endsWith(".csv")) {
        csv.add(file);
      } else if (folded.startsWith("settings") && folded.endsWith(".yaml")) {
        settingsFiles.add(file);
      } else if (folded.equals(MAPPING)) {
        own = file;
      } else if (!folded.startsWith("readme")) {
        notes.accept(
            name
                + ": skipped; its name does not match *.jsonl, *.csv, settings*.yaml or"
                + " mapping.yaml");
      }
    }
    if (json.isEmpty() && csv.isEmpty()) {
      notes.accept(
          folder + ": contains no *.jsonl and no *.csv files, so there is nothing to balance");
    }
    Map<String, Settings> settings = SettingsFiles.read(settingsFiles, notes);
    Path used = mapping == null ? own : mapping;
    Mapping how = used == null ? Mapping.NONE : Mapping.read(used);
    List<RowSource> sources = sources(csv, how, settings);
    return new InputFolder(settings, List.of(new JsonFacts(json), new CsvFacts(sources, notes)));
  }

  /** Returns the settings of each tenant that has any. */
  public Map<String, Settings> settings() {
    return settings;
  }

  /**
   * Reads all facts.
   *
   * @param threads the number of threads that may work at the same time
   * @throws InputException if a file cannot be read to its end
   */
  public void readInto(FactSink sink, int threads) {
    readers.forEach(reader -> reader.readInto(sink, threads));
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .sorted(Comparator.comparing(file -> String.valueOf(file.getFileName())))
          .toList();
    } catch (NoSuchFileException e) {
      throw new InputException("the input folder " + folder + " does not exist", e);
    } catch (NotDirectoryException e) {
      throw new InputException(
          "--input " + folder + " is a file; name the folder that contains it", e);
    } catch (IOException e) {
      throw Problems.unreadable(folder, e);
    }
  }

  private static List<RowSource> sources(
      List<Path> files, Mapping mapping, Map<String, Settings> settings) {
    List<RowSource> sources = new ArrayList<>();
    for (Path path : files) {
      String name = String.valueOf(path.getFileName());
      MappingEntry entry = mapping.entryOf(name);
      if (entry != null && entry.kind() == null) {
        continue;
      }
      CsvTable file = CsvTable.open(path);
      if (entry == null) {
        entry = Profiles.fitting(name, file.header());
      }
      if (entry == null) {
        throw new InputException(
            name
                + ": no mapping entry and no profile fits it (the closest is "
                + Profiles.nearest(name, file.header())
                + "); add an entry to mapping.yaml, or one with ignore: true");
      }
      List<String> missing = entry.missing(file.header().folded());
      if (!missing.isEmpty()) {
        throw new InputException(
            name
                + ": the header lacks "
                + String.join(", ", missing)
                + ", required by "
                + entry.source()
                + "; correct the column names or mark them optional: true");
      }
      String tenant = tenant(entry, mapping, settings, name);
      sources.add(
          new RowSource(
              file, sources.size(), entry, tenant, zone(entry, mapping, settings, tenant)));
    }
    return sources;
  }

  private static @Nullable String tenant(
      MappingEntry entry, Mapping mapping, Map<String, Settings> settings, String file) {
    if (entry.tenant() != null) {
      return entry.tenant();
    } else if (mapping.tenant() != null) {
      return mapping.tenant();
    } else if (settings.size() == 1) {
      return settings.keySet().iterator().next();
    } else if (entry.columns().containsKey(Field.TENANT)) {
      return null;
    }
    throw new InputException(
        file
            + ": the tenant is not known; add tenant: NAME to mapping.yaml"
            + (settings.isEmpty() ? " or settings.yaml" : "")
            + ", or map a column to tenant");
  }

  private static ZoneId zone(
      MappingEntry entry,
      Mapping mapping,
      Map<String, Settings> settings,
      @Nullable String tenant) {
    if (entry.zone() != null) {
      return entry.zone();
    } else if (mapping.zone() != null) {
      return mapping.zone();
    }
    Settings own = tenant == null ? null : settings.get(tenant);
    return own == null || own.getZone() == null ? ZoneOffset.UTC : ZoneId.of(own.getZone());
  }
}
