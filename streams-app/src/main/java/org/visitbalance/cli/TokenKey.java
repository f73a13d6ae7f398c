package org.visitbalance.cli;

/** The key of the tokens that stand for visits: contract.md#token-key. */
public final class TokenKey {
  static final String VARIABLE = "VISIT_BALANCE_TOKEN_KEY";

  /** The documented key of one-shot runs whose tokens need not match those of a service. */
  static final String ONE_SHOT = "visit-balance-one-shot";

  private TokenKey() {}

  /** Returns the key that is set, or the key of one-shot runs. */
  public static String orOneShot() {
    String key = System.getenv(VARIABLE);
    return key == null || key.isBlank() ? ONE_SHOT : key;
  }
}
