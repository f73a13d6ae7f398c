package org.visitbalance.lab.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.TokenKey;
import org.visitbalance.embedded.FolderLock;
import org.visitbalance.ingest.InputException;
import org.visitbalance.intake.IntakeFolder;
import org.visitbalance.platform.Folders;

/** The folder in which an installation on one machine keeps everything; its user's only. */
record DataFolder(Path path) {
  /** Rises when an older program can no longer read the folder. */
  private static final int FORMAT = 1;

  /** The file in which other commands find what is running. */
  static final String CONNECTION = "cluster.properties";

  /** What a write that was cut off leaves. */
  private static final String PART = ".part";

  private static final String NAME = "visit-balance";
  private static final String VERSION = "version";
  private static final String TOKEN_KEY = "token-key";
  private static final String ACCESS_TOKEN = "access-token";
  private static final String COMPANY = "company";
  private static final String SOME_COMPANY = "COMPANY";
  private static final String MAPPING = "mapping.yaml";

  /** What is in a folder whose first start was cut off before it had a version. */
  private static final Set<String> FIRST = Set.of("lock", TOKEN_KEY, ACCESS_TOKEN);

  /** Returns the usual folder of this user. */
  static DataFolder ofThisUser() {
    return of(
        System.getProperty("os.name", ""), System.getProperty("user.home", ""), System.getenv());
  }

  static DataFolder of(String system, String home, Map<String, String> variables) {
    String name = system.toLowerCase(Locale.ROOT);
    if (name.startsWith("windows")) {
      String local = variables.getOrDefault("LOCALAPPDATA", "");
      return new DataFolder(
          (local.isBlank() ? Path.of(home, "AppData", "Local") : Path.of(local)).resolve(NAME));
    } else if (name.startsWith("mac")) {
      return new DataFolder(Path.of(home, "Library", "Application Support", NAME));
    }
    String data = variables.getOrDefault("XDG_DATA_HOME", "");
    return new DataFolder(
        (data.isBlank() ? Path.of(home, ".local", "share") : Path.of(data)).resolve(NAME));
  }

  /** Takes the folder for this process, creating it if missing; null if another one has it. */
  @Nullable FolderLock tryTake() {
    return FolderLock.tryTake(path);
  }

  /**
   * Prepares the folder that this process has taken: a new one gets its secrets.
   *
   * @param company the name of its company; null for the one that it has
   * @throws InputException if it is of a newer version, is no data folder, or is another company's
   */
  void prepare(@Nullable String company) throws IOException {
    if (company != null && !company.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,39}")) {
      throw new InputException(
          "--company must be 1 to 40 letters, digits, hyphens and underscores, such as HARBOR");
    }
    Folders.delete(path.resolve(Archive.RESTORING));
    if (isNew()) {
      makeSecret(TOKEN_KEY);
      makeSecret(ACCESS_TOKEN);
      write(VERSION, FORMAT + "\n");
    }
    requireUsable();
    // What a restore has put aside is not needed once the restored folder is whole.
    Folders.delete(path.resolve(Archive.REPLACED));
    Folders.createOwn(state());
    Folders.createOwn(files());
    if (!Files.exists(path.resolve(COMPANY))) {
      write(COMPANY, (company == null ? SOME_COMPANY : company) + "\n");
    } else if (company != null && !company.equals(company())) {
      throw new InputException(
          "the folder "
              + path
              + " is that of the company "
              + company()
              + "; leave out --company, or name another folder with --data");
    }
  }

  /** Returns the company whose data is in the folder. */
  String company() {
    try {
      return Files.readString(path.resolve(COMPANY)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(path.resolve(COMPANY) + " cannot be read", e);
    }
  }

  /** Returns where files come in, and where they go. */
  IntakeFolder intake() {
    return new IntakeFolder(
        files(),
        company(),
        path.resolve(MAPPING),
        IntakeFolder.SETTLE,
        IntakeFolder.IGNORED,
        null,
        path.resolve("archive"),
        path.resolve("quarantine"),
        List.of(),
        true,
        true);
  }

  /** Returns where the intake keeps its index and the files at work. */
  Path intakeState() {
    return path.resolve("intake");
  }

  private boolean isNew() throws IOException {
    return !Files.exists(path.resolve(VERSION)) && FIRST.containsAll(names());
  }

  /** Returns whether nothing is in the folder yet. */
  boolean isEmpty() throws IOException {
    return Set.of("lock").containsAll(names());
  }

  private Set<String> names() throws IOException {
    try (Stream<Path> all = Files.list(path)) {
      return all.map(one -> String.valueOf(one.getFileName()))
          .filter(name -> !name.endsWith(PART))
          .collect(Collectors.toSet());
    }
  }

  /**
   * Checks that this version can use the folder.
   *
   * @throws InputException if it is of a newer version, or is no data folder
   */
  void requireUsable() throws IOException {
    String version;
    try {
      version = Files.readString(path.resolve(VERSION)).strip();
    } catch (NoSuchFileException e) {
      throw new InputException(
          Files.exists(path.resolve(Archive.REPLACED))
              ? "a restore into the folder " + path + " was cut off; run it again with --force"
              : "the folder " + path + " has other files in it; name an empty or a new folder",
          e);
    }
    requireUsable(version, "the folder " + path);
  }

  /** Checks the version of a folder, or of the folder in an archive. */
  static void requireUsable(String version, String what) {
    if (!version.matches("[0-9]{1,9}")) {
      throw new InputException(what + " is damaged: its version cannot be read");
    } else if (Integer.parseInt(version) > FORMAT) {
      throw new InputException(
          what
              + " was made by a newer version of Visit Balance; use that version, or another"
              + " folder");
    }
  }

  static String version() {
    return Integer.toString(FORMAT);
  }

  private void makeSecret(String name) throws IOException {
    if (!Files.exists(path.resolve(name))) {
      write(name, TokenKey.generate() + "\n");
    }
  }

  /** Returns the key of the tokens that stand for visits. */
  String tokenKey() {
    return secret(TOKEN_KEY);
  }

  /** Returns the token of the API. */
  String accessToken() {
    return secret(ACCESS_TOKEN);
  }

  /** A new secret would not fit what is in the folder. */
  private String secret(String name) {
    Path file = path.resolve(name);
    try {
      String secret = Files.readString(file).strip();
      if (!secret.matches("[0-9a-f]{64}")) {
        throw new InputException(file + " is damaged; restore the folder from a backup");
      }
      return secret;
    } catch (NoSuchFileException e) {
      throw new InputException(file + " is missing; restore the folder from a backup", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  /** Returns where the broker keeps its topics. */
  Path cluster() {
    return path.resolve("cluster");
  }

  /** Returns where the service keeps its state and the tables of the API. */
  Path state() {
    return path.resolve("state");
  }

  /** Returns where files to read are put. */
  Path files() {
    return path.resolve("files");
  }

  /** Returns how other commands reach what is running; there only while something runs. */
  Path connection() {
    return path.resolve(CONNECTION);
  }

  /** Writes a file that only its user can read, completely or not at all. */
  void write(String name, String text) throws IOException {
    Path made = Files.createTempFile(path, ".", PART);
    try {
      Files.writeString(made, text);
      Files.move(made, path.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(made);
    }
  }
}
