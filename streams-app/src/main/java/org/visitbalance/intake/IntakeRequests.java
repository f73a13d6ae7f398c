package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.visitbalance.ingest.InputException;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Folders;

/**
 * What people at the command line want of a running intake, as files in its state folder; it
 * answers each by a file beside it.
 */
public final class IntakeRequests {
  private static final String AGAIN = "again";
  private static final String GAP = "accept-gap";
  private static final String REFUSED = "accept-refused";
  private static final String END = ".request";
  private static final String ANSWER = ".answer";

  /** An answer that nobody has fetched by then is for somebody who has gone. */
  private static final Duration KEPT = Duration.ofMinutes(10);

  /** An outlet for work that sends nothing. */
  public static final Outlet NOWHERE =
      new Outlet() {
        @Override
        public void send(List<ReceivedFile> files, List<SpecificRecord> facts) {
          throw new IllegalStateException("nothing is sent here");
        }

        @Override
        public @Nullable ReceivedFile last(ReceivedFile file) {
          return null;
        }

        @Override
        public void close() {}
      };

  private final Path state;
  private final Path folder;

  public IntakeRequests(Path state) {
    this.state = state;
    this.folder = state.resolve("requests");
  }

  /** A request that is written. */
  public static final class Asked {
    private final Path answer;

    private Asked(Path answer) {
      this.answer = answer;
    }

    /** Returns whether the intake has answered. */
    public boolean isAnswered() {
      return Files.exists(answer);
    }

    /**
     * Takes the answer.
     *
     * @throws InputException if it cannot be carried out
     */
    public void take() throws IOException {
      String refusal = Files.readString(answer);
      Files.delete(answer);
      if (!refusal.isEmpty()) {
        throw new InputException(refusal);
      }
    }
  }

  /**
   * Asks for a file to be read again.
   *
   * @param sha its SHA-256, or the first 8 or more digits
   */
  public Asked again(String tenant, String sha, String by) throws IOException {
    return ask(String.join("\n", AGAIN, tenant, checked(sha), by));
  }

  private static String checked(String sha) {
    if (!sha.matches("[0-9a-f]{8,64}")) {
      throw new InputException("the SHA-256 must be 8 to 64 of the digits 0 to 9 and a to f");
    }
    return sha;
  }

  /**
   * Asks for a refused file to be given up.
   *
   * @param sha its SHA-256, or the first 8 or more digits
   */
  public Asked giveUp(String tenant, String sha, String by) throws IOException {
    return ask(String.join("\n", REFUSED, tenant, checked(sha), by));
  }

  /** Asks for a missing file to be given up. */
  public Asked acceptGap(String tenant, String match, LocalDate day, String by) throws IOException {
    return ask(String.join("\n", GAP, tenant, match, day.toString(), by));
  }

  /** Nobody would ever read what is written anywhere else. */
  private Asked ask(String text) throws IOException {
    if (!Index.isIn(state)) {
      throw new InputException(
          state + " is not the state folder of an intake; name the one that the intake runs with");
    }
    Folders.createOwn(folder);
    String name = UUID.randomUUID().toString();
    write(name + END, text);
    return new Asked(folder.resolve(name + ANSWER));
  }

  private void write(String name, String text) throws IOException {
    Path part = Files.writeString(folder.resolve(name + ".part"), text);
    Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Carries out what was asked for, and answers; what cannot be done is logged too. */
  public void carryOut(Intake intake, Instant now) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all = files.sorted().toList();
    }
    Instant old = now.minus(KEPT);
    for (Path file : all) {
      String name = file.getFileName().toString();
      if (name.endsWith(END)) {
        String refusal = carryOut(intake, Files.readString(file).split("\n", -1));
        write(name.substring(0, name.length() - END.length()) + ANSWER, refusal);
        Files.delete(file);
      } else if (name.endsWith(ANSWER) && isBefore(file, old)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isBefore(Path file, Instant moment) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(moment);
    } catch (NoSuchFileException e) {
      // Whoever asked has fetched it meanwhile.
      return false;
    }
  }

  /** Returns why it cannot be carried out; an empty text if it was. */
  private static String carryOut(Intake intake, String[] parts) throws IOException {
    try {
      if (parts.length == 4 && parts[0].equals(AGAIN)) {
        ReceivedFile unused = intake.again(parts[1], parts[2], parts[3]);
      } else if (parts.length == 4 && parts[0].equals(REFUSED)) {
        intake.giveUp(parts[1], parts[2], parts[3]);
      } else if (parts.length == 5 && parts[0].equals(GAP)) {
        intake.acceptGap(parts[1], parts[2], LocalDate.parse(parts[3]), parts[4]);
      } else {
        throw new InputException("the request is not one that this version knows");
      }
      return "";
    } catch (InputException e) {
      LoggerFactory.getLogger(IntakeRequests.class)
          .atWarn()
          .addKeyValue("problem", e.getMessage())
          .log("A request to intake cannot be carried out");
      return String.valueOf(e.getMessage());
    }
  }
}
