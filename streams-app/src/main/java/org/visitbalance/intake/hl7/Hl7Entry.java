package org.visitbalance.intake.hl7;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.hl7.Hl7Source;

/**
 * A listener in an intake file.
 *
 * @param mapping the file of its profile; null for the defaults
 * @param tls null for a plain connection
 * @param allow network addresses of senders; empty for all
 * @param processingId what MSH-11 must be where it is not blank
 * @param refusesBad whether a message with a part that cannot be used is refused as a whole
 */
public record Hl7Entry(
    String name,
    String tenant,
    String host,
    int port,
    Hl7Source source,
    @Nullable Path mapping,
    @Nullable Tls tls,
    Set<String> allow,
    String processingId,
    boolean refusesBad) {

  /**
   * The keystores of a listener.
   *
   * @param passwordEnv names the variable with the password
   * @param truststore what senders' certificates must come from; null: they need none
   */
  public record Tls(
      Path keystore,
      String passwordEnv,
      @Nullable Path truststore,
      @Nullable String truststorePasswordEnv) {}
}
