package org.visitbalance.cli.cluster;

import java.util.concurrent.Callable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.service.Reconciler;
import org.visitbalance.service.SchemaReconciler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The schemas of an installation: docs/operating.md. */
@Command(
    name = "schemas",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Registers the schema of every topic's values at a schema registry, under the subject"
          + " <prefix><topic>-value, and sets the subject's compatibility to FULL_TRANSITIVE.",
      "",
      "A schema that is incompatible with a version that is there is not registered, and its subject"
          + " is left as it is. Never deletes anything. Safe to run again; needs no broker.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/visit-balance schemas --registry http://localhost:8081 --dry-run",
      "  bin/visit-balance schemas --config cluster.properties --prefix test.",
      "",
      "Exit status: 0 all subjects are, or were made, as they should be, 1 a schema",
      "is incompatible (with --dry-run: something would be changed), 2 the registry",
      "cannot be used."
    })
final class SchemasCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(names = "--dry-run", description = "Show what would be done, and change nothing.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init")
  SchemasCommand() {}

  @Override
  public Integer call() {
    try (Reconciler reconciler = new SchemaReconciler(cluster.registrySoon(), cluster.prefix())) {
      return new ReconcilerReport(spec.commandLine().getOut(), "subject", dryRun).run(reconciler);
    }
  }
}
