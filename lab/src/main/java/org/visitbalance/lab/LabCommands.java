package org.visitbalance.lab;

import java.util.List;
import org.visitbalance.cli.CommandProvider;
import org.visitbalance.lab.bench.BenchAuditCommand;
import org.visitbalance.lab.bench.BenchBalanceCommand;
import org.visitbalance.lab.bench.BenchCommand;
import org.visitbalance.lab.bench.BenchHl7Command;
import org.visitbalance.lab.bench.BenchIdleCommand;
import org.visitbalance.lab.bench.BenchIntakeCommand;
import org.visitbalance.lab.bench.BenchReadModelCommand;
import org.visitbalance.lab.bench.BenchSizesCommand;
import org.visitbalance.lab.bench.BenchTopologyCommand;
import org.visitbalance.lab.bench.BenchYearCommand;
import org.visitbalance.lab.bench.SoakCommand;
import org.visitbalance.lab.demo.DemoCommand;
import org.visitbalance.lab.faults.VerifyFaultsCommand;
import org.visitbalance.lab.start.BackupCommand;
import org.visitbalance.lab.start.RestoreCommand;
import org.visitbalance.lab.start.StartCommand;

/** The lab's commands. */
public final class LabCommands implements CommandProvider {
  @Override
  public List<Class<?>> first() {
    return List.of(StartCommand.class, DemoCommand.class);
  }

  @Override
  public List<Class<?>> last() {
    return List.of(
        BackupCommand.class,
        RestoreCommand.class,
        GenerateCommand.class,
        ClusterCommand.class,
        BenchCommand.class,
        BenchTopologyCommand.class,
        BenchSizesCommand.class,
        BenchAuditCommand.class,
        BenchBalanceCommand.class,
        BenchReadModelCommand.class,
        BenchYearCommand.class,
        BenchHl7Command.class,
        BenchIdleCommand.class,
        BenchIntakeCommand.class,
        SoakCommand.class,
        VerifyFaultsCommand.class);
  }
}
