package org.visitbalance.lab.start;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.embedded.FolderLock;
import org.visitbalance.ingest.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a data folder from an archive. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Restores the installation of start from a file that backup has written.",
      "",
      "Everything in the file is unpacked and checked before anything is replaced. It needs space"
          + " for both.",
      ""
    },
    parameterListHeading = "Parameters:%n",
    optionListHeading = "%nOptions:%n",
    footer = {"", "Exit status: 0 restored, 2 not restored; the folder is as it was."})
public final class RestoreCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "File to restore from")
  private Path file;

  @Mixin private DataOption data;

  @Option(names = "--force", description = "Replace what is in the folder")
  private boolean force;

  @SuppressWarnings("NullAway.Init")
  RestoreCommand() {}

  @Override
  public Integer call() throws IOException {
    DataFolder folder = data.folder();
    FolderLock lock = DataOption.take(folder);
    try (lock) {
      if (!force && !folder.isEmpty()) {
        throw new InputException(
            "the folder "
                + folder.path()
                + " is not empty; name another folder with --data, or add --force to replace what"
                + " is in it");
      }
      Archive.restore(file, folder.path());
    }
    spec.commandLine().getOut().printf("restored %s from %s%n", folder.path(), file);
    spec.commandLine().getOut().flush();
    return ExitStatus.OK;
  }
}
