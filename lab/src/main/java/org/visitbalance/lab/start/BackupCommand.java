package org.visitbalance.lab.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.NewFile;
import org.visitbalance.embedded.FolderLock;
import org.visitbalance.ingest.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies a data folder into one archive. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Backs up the installation of start: writes its data folder into one file.",
      "",
      "Stop the installation first; the command refuses to run beside it. The file has checksums of"
          + " everything in it. It also has the secret keys, so keep it as safe as your exports.",
      ""
    },
    parameterListHeading = "Parameters:%n",
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Example:",
      "  bin/visit-balance backup /mnt/backup/visit-balance-monday.zip",
      "",
      "Exit status: 0 written, 2 not written."
    })
public final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "File to write")
  private Path file;

  @Mixin private DataOption data;

  @Option(names = "--force", description = "Overwrite the file")
  private boolean force;

  @SuppressWarnings("NullAway.Init")
  BackupCommand() {}

  @Override
  public Integer call() throws IOException {
    DataFolder folder = data.folder();
    NewFile.check(file, force);
    if (!Files.isDirectory(folder.path())) {
      throw new InputException("there is no folder " + folder.path() + " to back up");
    } else if (file.toAbsolutePath().normalize().startsWith(folder.path().normalize())) {
      throw new InputException(file + " is in the folder to back up; name a file somewhere else");
    }
    FolderLock lock = DataOption.take(folder);
    try (lock) {
      folder.requireUsable();
      NewFile.write(file, out -> Archive.write(folder.path(), out, Instant.now()));
    }
    spec.commandLine().getOut().printf("backed up %s to %s%n", folder.path(), file);
    spec.commandLine().getOut().flush();
    return ExitStatus.OK;
  }
}
