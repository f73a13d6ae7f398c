package org.visitbalance.query.access;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a caller may do. Each role includes the roles before it. */
public enum Role {
  /** Sees everything that names no patient. */
  VIEWER,
  /** Also reveals visits, sends facts, decides about discrepancies and sees dead letters. */
  WORKER,
  /** Also replaces settings and sends dead letters again. */
  ADMIN;

  /** Returns the name of the role in tokens and in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the role with a name, or null. */
  public static @Nullable Role of(String word) {
    return Arrays.stream(values())
        .filter(role -> role.word().equalsIgnoreCase(word))
        .findFirst()
        .orElse(null);
  }

  /** Returns the names of the role and of the roles that it includes. */
  public List<String> words() {
    return Arrays.stream(values())
        .filter(role -> role.compareTo(this) <= 0)
        .map(Role::word)
        .toList();
  }
}
