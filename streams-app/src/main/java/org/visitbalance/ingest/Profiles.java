package org.visitbalance.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The built-in profiles: mappings with one entry each, among the program's resources. */
public final class Profiles {
  static final String PATIENTS = "patients";

  private static final List<String> NAMES =
      List.of("webpt-charges", "revflow-billing-charges", PATIENTS);

  private static final Map<String, MappingEntry> READ = new ConcurrentHashMap<>();

  private Profiles() {}

  /** Returns the names, for messages. */
  public static String names() {
    return String.join(", ", NAMES);
  }

  /**
   * Returns the text of a profile, a mapping that people can copy and change.
   *
   * @throws InputException if there is no such profile
   */
  public static String text(String name) {
    if (!NAMES.contains(name)) {
      throw new InputException("there is no profile '" + name + "'; the profiles are " + names());
    }
    try (InputStream in = Profiles.class.getResourceAsStream("/profiles/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("profile " + name + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a profile, or null if there is none with that name. */
  static @Nullable MappingEntry get(String name) {
    return NAMES.contains(name) ? profile(name) : null;
  }

  private static MappingEntry profile(String name) {
    return READ.computeIfAbsent(name, Profiles::read);
  }

  private static MappingEntry read(String name) {
    MappingEntry entry =
        Mapping.read(Yaml.documents(name + ".yaml", text(name)).get(0)).entries().get(0);
    return new MappingEntry(
        entry.match(),
        entry.kind(),
        entry.columns(),
        null,
        null,
        null,
        entry.mergeDailyNotes(),
        entry.rules(),
        false,
        "profile " + name);
  }

  /**
   * Returns the profile with the most required columns among those whose required columns are all
   * in the file.
   */
  static @Nullable MappingEntry fitting(String fileName, List<String> header) {
    MappingEntry best = null;
    for (String name : NAMES) {
      MappingEntry profile = profile(name);
      boolean named = !name.equals(PATIENTS) || isPatients(fileName);
      if (named
          && profile.missing(header).isEmpty()
          && (best == null || profile.wanted() > best.wanted())) {
        best = profile;
      }
    }
    return best;
  }

  /**
   * Names the profile that is closest to a file that fits none, and the columns that the file
   * lacks.
   */
  static String nearest(String fileName, List<String> header) {
    MappingEntry best = null;
    List<String> missing = List.of();
    for (String name : NAMES) {
      MappingEntry profile = profile(name);
      List<String> lacks = profile.missing(header);
      boolean fewer = best == null || share(profile, lacks) < share(best, missing);
      if (fewer && (!name.equals(PATIENTS) || isPatients(fileName))) {
        best = profile;
        missing = lacks;
      }
    }
    String source = best == null ? "" : best.source();
    return source
        + ", which requires the missing column"
        + (missing.size() == 1 ? " " : "s ")
        + String.join(", ", missing);
  }

  /**
   * Returns the name of the profile that is closest to a header; null if it has no column of any.
   */
  static @Nullable String closest(String fileName, List<String> header) {
    String closest = null;
    double least = 1;
    for (String name : NAMES) {
      MappingEntry profile = profile(name);
      double lacks = share(profile, profile.missing(header));
      if (lacks < least && (!name.equals(PATIENTS) || isPatients(fileName))) {
        least = lacks;
        closest = name;
      }
    }
    return closest;
  }

  /** Returns how many columns a header lacks of the profile that is closest to it. */
  static int lacking(String fileName, List<String> header) {
    int fewest = Integer.MAX_VALUE - 1;
    for (String name : NAMES) {
      MappingEntry profile = profile(name);
      if (!name.equals(PATIENTS) || isPatients(fileName)) {
        fewest = Math.min(fewest, profile.missing(header).size());
      }
    }
    return fewest;
  }

  private static double share(MappingEntry profile, List<String> missing) {
    return (double) missing.size() / profile.wanted();
  }

  /** A list with two such common columns counts as a crosswalk only if its name says so. */
  static boolean isPatients(String fileName) {
    return fileName.toLowerCase(Locale.ROOT).startsWith(PATIENTS);
  }
}
