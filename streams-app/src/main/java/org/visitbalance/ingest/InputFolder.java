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
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.settings.Settings;

/** A folder of facts, exports and settings (contract.md#input; files.md). */
public final class InputFolder {
  private static final String MAPPING = "mapping.yaml";
  private static final Set<String> TABLES = Set.of("csv", "tsv", "xls", "xlsx", "htm", "html");

  private final Path folder;
  private final Map<String, Settings> settings;
  private final JsonFacts json;
  private final List<RowSource> sources;
  private final RunTime time;
  private final Notices notices;
  private Set<String> withoutPayers = Set.of();

  private InputFolder(
      Path folder,
      Map<String, Settings> settings,
      JsonFacts json,
      List<RowSource> sources,
      RunTime time,
      Notices notices) {
    this.folder = folder;
    this.settings = settings;
    this.json = json;
    this.sources = sources;
    this.time = time;
    this.notices = notices;
  }

  /**
   * Opens a folder and looks at every file: anything that makes it unusable is reported here,
   * before any fact is read.
   *
   * @param mapping how to read its tables; null for the folder's own mapping.yaml, if there is one
   * @throws InputException if the folder or one of its files cannot be used
   */
  public static InputFolder open(Path folder, @Nullable Path mapping, RunTime time) {
    return open(folder, mapping, null, time);
  }

  /**
   * The same with a tenant's own mapping: a file that one of its entries matches is read by it, and
   * any other as if it did not exist.
   *
   * @param first the tenant's mapping, with its name; null for none
   */
  public static InputFolder open(
      Path folder, @Nullable Path mapping, @Nullable TenantMapping first, RunTime time) {
    Notices notices = new Notices();
    List<Path> files = files(folder);
    files.forEach(InputFolder::refusePipe);
    Path own = files.stream().filter(file -> folded(file).equals(MAPPING)).findFirst().orElse(null);
    Path used = mapping == null ? own : mapping;
    Mapping otherwise = used == null ? Mapping.NONE : Mapping.read(used);
    Function<Path, Mapping> how = file -> TenantMapping.choose(first, otherwise, nameOf(file));
    List<Path> settingsFiles = new ArrayList<>();
    List<Path> json = new ArrayList<>();
    List<Path> tables = new ArrayList<>();
    for (Path file : files) {
      String name = folded(file);
      String skipped = Files.isDirectory(file) ? FOLDER : temporary(name);
      if (skipped != null) {
        notices.add(Notices.About.FILES, file.getFileName() + ": skipped; " + skipped + ".");
      } else if (name.endsWith(".jsonl")) {
        json.add(file);
      } else if (isTable(name) || isMapped(name, file, how.apply(file))) {
        tables.add(file);
      } else if (isSettings(name)) {
        settingsFiles.add(file);
      } else if (!name.equals(MAPPING) && !name.startsWith("readme")) {
        notices.add(Notices.About.FILES, file.getFileName() + ": skipped; " + advice(name) + ".");
      }
    }
    Map<String, Settings> settings =
        SettingsFiles.read(settingsFiles, warning -> notices.add(Notices.About.SETTINGS, warning));
    List<RowSource> sources = sources(tables, how, settings, time);
    return new InputFolder(folder, settings, new JsonFacts(json), sources, time, notices);
  }

  /** Returns the settings of each tenant that has any. */
  public Map<String, Settings> settings() {
    return settings;
  }

  /** Returns what a person should know about the folder; all of it once it has been read. */
  public Notices notices() {
    return notices;
  }

  /** Returns whether a file may turn out to be cut off once it has been read to its end. */
  public boolean checksTotals() {
    return sources.stream().anyMatch(source -> source.entry().rules().check() != null);
  }

  /** Returns what became of the rows of each table, by the order of the files. */
  List<RowCount> counts() {
    return sources.stream().map(RowSource::count).toList();
  }

  /** Returns what became of the rows of each file, by their names, once all have been read. */
  public List<FileRead> files() {
    List<FileRead> files = new ArrayList<>(json.counts());
    for (RowSource source : sources) {
      RowCount count = source.count();
      files.add(new FileRead(source.file().name(), count.rows, count.skipped, count.dead.sum()));
    }
    files.sort(Comparator.comparing(FileRead::name));
    return files;
  }

  /**
   * Reads all facts.
   *
   * @param implyFeeds whether a source that tells of itself in tables only, and has no feed, counts
   *     as complete until the last thing that it tells
   * @param threads the number of threads that may work at the same time
   * @return how many facts there are
   * @throws InputException if a file cannot be read to its end
   */
  public long readInto(FactSink sink, boolean implyFeeds, int threads) {
    FactWatch watch = new FactWatch(sink, time);
    json.readInto(watch, threads);
    new TableFacts(sources, notices).readInto(watch, threads);
    if (implyFeeds) {
      watch.implyFeeds(settings, notices);
    }
    watch.tell(notices);
    watch.tellSettings(settings.keySet(), notices);
    withoutPayers = watch.tenantsWithoutPayers();
    return watch.facts();
  }

  /** Returns the tenants of which no visit that has been read names a payer. */
  public Set<String> tenantsWithoutPayers() {
    return withoutPayers;
  }

  /** Returns the exception for a folder in which nothing is a fact. */
  public InputException nothing() {
    return new InputException(
        "nothing in "
            + folder
            + " could be read as a fact; put the exports of both systems there as CSV, .xlsx or"
            + " *.jsonl");
  }

  private static final String FOLDER =
      "it is a folder; move the files that are meant into the input folder itself";

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static String folded(Path file) {
    return nameOf(file).toLowerCase(Locale.ROOT);
  }

  /** Returns what to do about a file that a program keeps for itself, or null for any other. */
  private static @Nullable String temporary(String name) {
    if (name.startsWith("~$")) {
      return "it is a temporary file of a program that has the document open; close the document";
    } else if (name.startsWith("._") || name.equals(".ds_store")) {
      return "it is a file that macOS keeps for itself; it can be deleted";
    } else if (name.startsWith(".")) {
      return "it is a hidden file; rename it if it is meant";
    }
    return null;
  }

  private static boolean isSettings(String name) {
    return name.startsWith("settings") && name.endsWith(".yaml");
  }

  private static boolean isTable(String name) {
    return TABLES.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static boolean isMapped(String name, Path file, Mapping mapping) {
    return name.endsWith(".txt") && mapping.entryOf(nameOf(file)) != null;
  }

  private static String advice(String name) {
    if (name.endsWith(".txt")) {
      return "add an entry to mapping.yaml that matches it if it is a table";
    } else if (name.endsWith(".json")) {
      return "save facts as *.jsonl, one JSON object per line";
    } else if (name.endsWith(".zip") || name.endsWith(".gz") || name.endsWith(".7z")) {
      return "unpack it";
    } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
      return "its name does not match settings*.yaml or mapping.yaml; rename it if it is meant";
    }
    return "it is not a format that can be read; save it as .xlsx or CSV if it is a table";
  }

  /** Reading one would wait for whoever writes to it, perhaps for ever. */
  private static void refusePipe(Path file) {
    if (Files.exists(file) && !Files.isDirectory(file) && !Files.isRegularFile(file)) {
      throw new InputException(
          nameOf(file)
              + ": is a pipe or a device, which cannot be read; take it out of the folder");
    }
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
      List<Path> files,
      Function<Path, Mapping> mapping,
      Map<String, Settings> settings,
      RunTime time) {
    List<RowSource> sources = new ArrayList<>();
    for (Path path : files) {
      RowSource source = source(path, mapping.apply(path), settings, time, sources.size());
      if (source != null) {
        sources.add(source);
      }
    }
    return sources;
  }

  /**
   * Opens one table.
   *
   * @return null if its mapping says to ignore it
   * @throws InputException if it cannot be used
   */
  static @Nullable RowSource source(
      Path path, Mapping mapping, Map<String, Settings> settings, RunTime time, int rank) {
    String name = nameOf(path);
    MappingEntry said = mapping.entryOf(name);
    if (said != null && said.isIgnored()) {
      return null;
    }
    boolean free = said == null || said.auto();
    TableFile.Found found;
    if (said == null && !mapping.entries().isEmpty()) {
      found = unmatched(path);
    } else {
      found =
          TableFile.open(path, free ? null : said, said == null ? TableRules.NONE : said.rules());
    }
    MappingEntry entry = free && said != null ? said.with(found.entry()) : found.entry();
    String tenant = tenant(entry, mapping, settings, name);
    ZoneId zone = zone(entry, mapping, settings, tenant);
    return new RowSource(found.table(), rank, entry, tenant, zone, time, new RowCount());
  }

  /** What a file is by its name. */
  enum Format {
    FACTS,
    TABLE,
    OTHER
  }

  /** Returns what a file is by its name and the mapping. */
  static Format format(Path file, Mapping mapping) {
    String name = folded(file);
    if (temporary(name) != null) {
      return Format.OTHER;
    } else if (name.endsWith(".jsonl")) {
      return Format.FACTS;
    }
    return isTable(name) || isMapped(name, file, mapping) ? Format.TABLE : Format.OTHER;
  }

  /** Returns what to do about a file that is neither facts nor a table. */
  static String advice(Path file) {
    String name = folded(file);
    String temporary = temporary(name);
    if (temporary != null) {
      return temporary;
    } else if (name.equals(MAPPING)) {
      return "is a mapping, not an export; it belongs to the installation";
    } else if (isSettings(name)) {
      return "is settings, not an export; change them in the view Settings";
    }
    return advice(name);
  }

  /**
   * A table that no entry of a mapping matches must not be read by other rules than its neighbors;
   * only the patients' account numbers need no entry.
   */
  private static TableFile.Found unmatched(Path path) {
    String name = nameOf(path);
    String reading = "ignore: true";
    try {
      TableFile.Found found = TableFile.open(path, null, TableRules.NONE);
      if (found.entry().equals(Profiles.get(Profiles.PATIENTS))) {
        return found;
      }
      reading = found.entry().source().replace("profile ", "profile: ");
    } catch (InputException e) {
      // It needs an entry in any case.
    }
    throw new InputException(
        name
            + ": no entry of mapping.yaml matches it; rename the file, or add the entry - {match: \""
            + name
            + "\", "
            + reading
            + "}");
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
