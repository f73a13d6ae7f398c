package org.visitbalance.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What can be set of the service itself, by a variable of the environment or by a name in the file
 * of {@code --config}; the variable goes before. docs/operating.md has the table of them.
 */
public enum Setting {
  HTTP_PORT(
      "8080",
      "Port of the page, the API, health and metrics; `off`: none of them, nor a read model"),
  HTTP_HOST(
      "127.0.0.1",
      "Address that it listens on. Any other than this machine's own needs authentication"),
  HTTP_KEYSTORE(null, "Keystore (PKCS #12 or JKS) with the certificate and key for TLS"),
  HTTP_KEYSTORE_PASSWORD(null, "Its password"),
  READ_MODEL_URL(
      null,
      "JDBC address of the read model, `jdbc:postgresql://HOST/DATABASE`. Default: an embedded"
          + " database in the folder of `--state`"),
  READ_MODEL_USER("", "Its user"),
  READ_MODEL_PASSWORD(null, "Its password"),
  AUTH_TOKENS(
      null,
      "File of static tokens, a line `SHA256-OF-TOKEN USER viewer|worker|admin TENANT,...|*`"),
  AUTH_ISSUER(null, "Issuer of the OpenID Connect tokens that are taken (`iss`)"),
  AUTH_AUDIENCE(null, "Their audience (`aud`)"),
  AUTH_JWKS(null, "Address of the issuer's keys (JWKS); `https`, or `http` on this machine"),
  AUTH_ROLES_CLAIM("roles", "Claim with the roles; dots lead into objects (`realm_access.roles`)"),
  AUTH_TENANTS_CLAIM("tenants", "Claim with the tenants: a list or one text; `*`: all"),
  REGISTRY_PATIENCE(
      "PT5M",
      "How long a schema that the registry does not know is waited for, before its records become"
          + " dead letters"),
  STALLED_AFTER("5", "Minutes without progress after which the instance is not ready"),
  LOG_LEVEL("INFO", "What Visit Balance itself logs: ERROR, WARN, INFO or DEBUG"),
  LOG_FORMAT("json", "How it logs, on standard error: `json`, an object a line, or `text`"),
  TOKEN_KEY(null, "The secret key of the tokens that stand for visits; the same for all instances");

  private static final String VARIABLES = "VISIT_BALANCE_";
  private static final String NAMES = "visitbalance.";

  private final @Nullable String usual;
  private final String doc;

  Setting(@Nullable String usual, String doc) {
    this.usual = usual;
    this.doc = doc;
  }

  /**
   * The variable of the environment; with {@code _FILE} behind it, it names a file of the value.
   */
  public String variable() {
    return VARIABLES + name();
  }

  /** The name in a file of properties. */
  String property() {
    return NAMES + name().toLowerCase(Locale.ROOT).replace('_', '.');
  }

  @Nullable String usual() {
    return usual;
  }

  String doc() {
    return doc;
  }
}
