package org.visitbalance.alerts;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the morning mails are sent.
 *
 * @param api the address of the service whose figures are sent
 * @param token what the service is asked with; null where it asks for none
 * @param from the sender
 */
public record MailPlan(
    URI api, @Nullable String token, Server server, String from, List<Digest> digests) {

  /** How the connection to the mail server is protected. */
  public enum Tls {
    /** The connection begins in the clear, and nothing else is said before it is protected. */
    STARTTLS,
    /** Protected from the beginning. */
    TLS,
    NONE
  }

  /**
   * A mail server. Its text contains no secret.
   *
   * @param user null where the server takes mail without
   * @param trust a PEM file with the certificates that are trusted; null: those of Java
   * @param timeout how long each answer may take
   */
  public record Server(
      String host,
      int port,
      Tls tls,
      @Nullable String user,
      @Nullable String password,
      @Nullable Path trust,
      Duration timeout) {
    @Override
    public String toString() {
      return host + ":" + port + " (" + tls + ")";
    }
  }

  @Override
  public String toString() {
    return "MailPlan[" + server + "]";
  }
}
