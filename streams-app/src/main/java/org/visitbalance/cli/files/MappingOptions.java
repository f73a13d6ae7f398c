package org.visitbalance.cli.files;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.InputFolder;
import org.visitbalance.ingest.RunTime;
import org.visitbalance.ingest.TenantMapping;
import org.visitbalance.platform.serde.ValueSerdes;
import org.visitbalance.service.StoredMappings;
import picocli.CommandLine.Option;

/** The options that say how the tables of a folder are read. */
final class MappingOptions {
  @Option(
      names = "--mapping",
      paramLabel = "FILE",
      description = "Mapping for the tables (default: mapping.yaml in the input folder)")
  private @Nullable Path mapping;

  @Option(
      names = "--mapping-of",
      paramLabel = "TENANT",
      description =
          "Read the tables by the mapping that this company has in its installation, and those that"
              + " it does not name as without this option; requires a cluster, in --config or"
              + " --bootstrap and --registry")
  private @Nullable String mappingOf;

  @SuppressWarnings("NullAway.Init")
  MappingOptions() {}

  /** Opens a folder; asks the cluster only if a company's mapping is wanted. */
  InputFolder open(Path input, ClusterOptions cluster, RunTime time) {
    return InputFolder.open(
        input, mapping, mappingOf == null ? null : mapping(mappingOf, cluster), time);
  }

  private static TenantMapping mapping(String tenant, ClusterOptions cluster) {
    Map<String, Object> clients = cluster.clientsSoon();
    try (StoredMappings mappings =
        new StoredMappings(clients, ValueSerdes.of(clients)::forClass, cluster.prefix())) {
      StoredMappings.Stored stored = mappings.of(tenant);
      if (stored == null) {
        throw new InputException(
            "the company "
                + tenant
                + " has no mapping in this installation; correct the name, or leave out"
                + " --mapping-of");
      }
      return TenantMapping.of("company mapping", stored.document().getText()).named(tenant);
    } catch (KafkaException e) {
      throw new KafkaException("the company's mapping cannot be read: " + e.getMessage(), e);
    }
  }
}
