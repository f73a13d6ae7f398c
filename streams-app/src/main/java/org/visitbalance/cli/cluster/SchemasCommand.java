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

/** Registers the schemas of an installation; see docs/operating.md. */
@Command(
    name = "schemas",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Registers the schemas of an installation at a schema registry.",
      "",
      "Each topic's value schema has the subject <prefix><topic>-value; the compatibility of each"
          + " subject is set to FULL_TRANSITIVE.",
      "",
      "A schema that is incompatible with a registered version is not registered, and its subject"
          + " is left unchanged. Never deletes anything. It is safe to run again and needs no"
          + " broker.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/visit-balance schemas --registry http://localhost:8081 --dry-run",
      "  bin/visit-balance schemas --config cluster.properties --prefix test.",
      "",
      "Exit status: 0 all subjects are as they should be, 1 a schema is incompatible (with"
          + " --dry-run: something would be changed), 2 the registry cannot be used."
    })
public final class SchemasCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;

  @Option(names = "--dry-run", description = "Show what would be done and change nothing")
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
