package org.visitbalance.query.request;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Takes files that people send, so that this package does not depend on how files are read. */
public interface FileDoor {
  /** The most bytes of a file. */
  int MOST_BYTES = 64 << 20;

  /** The most bytes of a draft before it. */
  int MOST_DRAFT_BYTES = 64 << 10;

  /** A file cannot be taken; the message says why, and shows no value. */
  final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Refused(String message, Throwable cause) {
      super(message, cause);
    }

    public Refused(String message) {
      super(message);
    }
  }

  /**
   * Says what a file is and what it would change, and changes nothing.
   *
   * @param draft an entry of a mapping that is being written, by which to read it; null for none
   * @return the answer of the API
   * @throws Refused if files of this company or of this name cannot be taken
   */
  Map<String, @Nullable Object> preview(
      String tenant, String name, byte[] content, @Nullable String draft) throws IOException;

  /**
   * Takes a file; it is read as soon as the files before it are.
   *
   * @param sha256 of the file that was seen
   * @param by the user
   * @return the answer of the API
   * @throws Refused if it is another file, or cannot be taken
   */
  Map<String, @Nullable Object> submit(
      String tenant, String name, String sha256, byte[] content, String by) throws IOException;

  /**
   * Returns the refused files that can be read by now, and which files were read in another time
   * zone than the settings have now.
   *
   * @return the answer of the API
   * @throws Refused if files of this company cannot be taken
   */
  Map<String, @Nullable Object> readable(String tenant) throws IOException;

  /**
   * Reads all files again that were read in another time zone.
   *
   * @param by the user
   * @return how many
   * @throws Refused if files of this company cannot be taken
   */
  long againInZone(String tenant, String by) throws IOException;

  /**
   * Reads a file again that was read or refused before, after its mapping has changed.
   *
   * @param sha256 its SHA-256, or the first 8 or more digits of it
   * @param by the user
   * @return the answer of the API
   * @throws Refused if there is no such file, or a later version of it stands
   */
  Map<String, @Nullable Object> again(String tenant, String sha256, String by) throws IOException;

  /** Returns the companies whose files are taken, also those that have sent nothing yet. */
  SortedSet<String> tenants();

  /** Returns the files that should have come, the oldest first, as the API shows them. */
  List<Map<String, @Nullable Object>> missing(String tenant);

  /**
   * Gives up a file that will not come.
   *
   * @param match the pattern of its name
   * @param day on which it was expected
   * @param by the user
   * @throws Refused if no such file is missing
   */
  void acceptGap(String tenant, String match, LocalDate day, String by) throws IOException;
}
