package org.visitbalance.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The largest records that topics take, as the cluster says. */
final class TopicLimits {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLimits.class);

  private TopicLimits() {}

  /** Returns the limits in bytes by topic, without those that the cluster does not tell now. */
  static Map<String, Integer> of(Map<String, ?> clients, Set<String> topics) {
    Map<String, Integer> limits = new HashMap<>();
    try (Admin admin = ClusterProblems.admin(new HashMap<>(clients))) {
      List<ConfigResource> resources =
          topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
      ClusterProblems.answers(
              clients, "return the topics' limits", admin.describeConfigs(resources).values())
          .forEach(
              (resource, config) -> {
                ConfigEntry entry = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
                if (entry != null) {
                  limits.put(resource.name(), Integer.parseInt(entry.value()));
                }
              });
    } catch (KafkaException e) {
      LOG.atWarn().addKeyValue("reason", e.getMessage()).log("the topics' limits are not known");
    }
    return limits;
  }
}
