package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

/** What people at the command line want of a running intake, as files in its state folder. */
public final class IntakeRequests {
  private static final String AGAIN = "again";
  private static final String GAP = "accept-gap";
  private static final String REFUSED = "accept-refused";
  private static final String END = ".request";

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

  /**
   * Asks for a file to be read again.
   *
   * @param sha its SHA-256, or the first 8 or more digits
   */
  public void again(String tenant, String sha, String by) throws IOException {
    write(String.join("\n", AGAIN, tenant, checked(sha), by));
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
  public void giveUp(String tenant, String sha, String by) throws IOException {
    write(String.join("\n", REFUSED, tenant, checked(sha), by));
  }

  /** Asks for a missing file to be given up. */
  public void acceptGap(String tenant, String match, LocalDate day, String by) throws IOException {
    write(String.join("\n", GAP, tenant, match, day.toString(), by));
  }

  /** Nobody would ever read what is written anywhere else. */
  private void write(String text) throws IOException {
    if (!Index.isIn(state)) {
      throw new InputException(
          state + " is not the state folder of an intake; name the one that the intake runs with");
    }
    Folders.createOwn(folder);
    String name = UUID.randomUUID().toString();
    Path part = Files.writeString(folder.resolve(name + ".part"), text);
    Files.move(part, folder.resolve(name + END), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Carries out what was asked for; what cannot be done is logged and forgotten. */
  public void carryOut(Intake intake) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.list(folder)) {
      all = files.filter(file -> file.toString().endsWith(END)).sorted().toList();
    }
    for (Path file : all) {
      String[] parts = Files.readString(file).split("\n", -1);
      try {
        if (parts.length == 4 && parts[0].equals(AGAIN)) {
          ReceivedFile unused = intake.again(parts[1], parts[2], parts[3]);
        } else if (parts.length == 4 && parts[0].equals(REFUSED)) {
          intake.giveUp(parts[1], parts[2], parts[3]);
        } else if (parts.length == 5 && parts[0].equals(GAP)) {
          intake.acceptGap(parts[1], parts[2], LocalDate.parse(parts[3]), parts[4]);
        }
      } catch (InputException e) {
        LoggerFactory.getLogger(IntakeRequests.class)
            .atWarn()
            .addKeyValue("problem", e.getMessage())
            .log("A request to intake cannot be carried out");
      }
      Files.delete(file);
    }
  }
}
