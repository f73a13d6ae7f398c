package org.visitbalance.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the service, each an environment variable or a property in the {@code --config}
 * file; the variable takes precedence. docs/operating.md has a table of them.
 */
public enum Setting {
  HTTP_PORT(
      "8080",
      "Port of the page, the API, health and metrics; `off` turns all of them and the read model"
          + " off"),
  HTTP_HOST(
      "127.0.0.1",
      "Address to listen on; any address that other machines can reach requires authentication"),
  HTTP_KEYSTORE(null, "Keystore (PKCS #12 or JKS) with the TLS certificate and key"),
  HTTP_KEYSTORE_PASSWORD(null, "Password of the keystore"),
  READ_MODEL_URL(
      null,
      "JDBC address of the read model, `jdbc:postgresql://HOST/DATABASE`; if not set, an embedded"
          + " database in the `--state` folder"),
  READ_MODEL_USER("", "User of the read model's database"),
  READ_MODEL_PASSWORD(null, "Password of the read model's database"),
  AUTH_TOKENS(
      null,
      "File of static tokens, one per line: `SHA256-OF-TOKEN USER viewer|worker|admin"
          + " TENANT,...|* [LOCATION,...|*]`"),
  AUTH_ISSUER(null, "Issuer of the accepted OpenID Connect tokens (`iss`)"),
  AUTH_AUDIENCE(null, "Audience of the accepted tokens (`aud`)"),
  AUTH_JWKS(null, "URL of the issuer's keys (JWKS); `https`, or `http` on this machine"),
  AUTH_USER_CLAIM(
      "sub", "Claim with the user's name, as the access log and decisions show it; never reused"),
  AUTH_ROLES_CLAIM(
      "roles", "Claim with the roles; dots lead into nested objects (`realm_access.roles`)"),
  AUTH_TENANTS_CLAIM("tenants", "Claim with the tenants: a list or one string; `*` means all"),
  AUTH_LOCATIONS_CLAIM(
      "locations",
      "Claim with the locations, if a user may see only some: a list or one string; `*` means all"),
  AUTH_LOCATIONS_REQUIRED(
      "false",
      "`true`: refuse tokens without the claim of locations; `false`: they may see all locations"),
  OIDC_ISSUER(
      null,
      "Issuer at which people sign in with their browsers (docs/sign-in.md); `https`, or `http` on"
          + " this machine"),
  OIDC_CLIENT_ID(null, "ID of this service at the issuer"),
  OIDC_CLIENT_SECRET(null, "Secret of this service at the issuer; not set for a public client"),
  OIDC_REDIRECT(
      null,
      "Where the issuer sends browsers back to: the address of the page as users know it, followed"
          + " by `/sign-in/return`"),
  OIDC_SCOPE("openid", "Scopes to ask for, separated by spaces"),
  OIDC_SESSION_HOURS("12", "Hours after which users have to sign in again, 1 to 168"),
  REGISTRY_PATIENCE(
      "PT5M",
      "How long to wait for a schema that the registry does not know before its records become dead"
          + " letters"),
  STALLED_AFTER("5", "Minutes without progress after which the instance is not ready"),
  WHAT_IF_RECORDS(
      "200000",
      "Up to how many records on the fact topics the page says what a change of settings would do"
          + " (docs/settings.md); `0` turns it off"),
  LOG_LEVEL("INFO", "Log level of Visit Balance itself: ERROR, WARN, INFO or DEBUG"),
  LOG_FORMAT("json", "Log format on standard error: `json` (one object per line) or `text`"),
  TOKEN_KEY(null, "Secret key that turns visits into tokens; the same for all instances");

  private static final String VARIABLES = "VISIT_BALANCE_";
  private static final String NAMES = "visitbalance.";

  private final @Nullable String usual;
  private final String doc;

  Setting(@Nullable String usual, String doc) {
    this.usual = usual;
    this.doc = doc;
  }

  /**
   * Returns the environment variable; with {@code _FILE} appended, it names a file that holds the
   * value.
   */
  public String variable() {
    return VARIABLES + name();
  }

  /** Returns the property name. */
  public String property() {
    return NAMES + name().toLowerCase(Locale.ROOT).replace('_', '.');
  }

  @Nullable String usual() {
    return usual;
  }

  String doc() {
    return doc;
  }
}
