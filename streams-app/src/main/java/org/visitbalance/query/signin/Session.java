package org.visitbalance.query.signin;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.access.Caller;
import org.visitbalance.query.access.Role;

/**
 * Somebody who has signed in.
 *
 * @param id names the session; random
 * @param subject the user, as the provider names it
 * @param goodUntil when the provider has to be asked again
 * @param endsAt when the user has to sign in again
 * @param refresh the provider's refresh token; null if it gave none
 * @param idToken the provider's ID token, for signing out; null if it is too large
 */
public record Session(
    String id,
    Caller caller,
    String subject,
    Instant goodUntil,
    Instant endsAt,
    @Nullable String refresh,
    @Nullable String idToken) {
  private static final String ID = "id";
  private static final String USER = "user";
  private static final String ROLE = "role";
  private static final String TENANTS = "tenants";
  private static final String LOCATIONS = "locations";
  private static final String SUBJECT = "sub";
  private static final String GOOD_UNTIL = "good";
  private static final String ENDS_AT = "ends";
  private static final String REFRESH = "refresh";
  private static final String ID_TOKEN = "token";

  Session withoutIdToken() {
    return new Session(id, caller, subject, goodUntil, endsAt, refresh, null);
  }

  Map<String, Object> values() {
    Map<String, Object> values = new HashMap<>();
    values.put(ID, id);
    values.put(USER, caller.user());
    values.put(ROLE, caller.role().word());
    put(values, TENANTS, list(caller.tenants()));
    put(values, LOCATIONS, list(caller.locations()));
    values.put(SUBJECT, subject);
    values.put(GOOD_UNTIL, goodUntil.getEpochSecond());
    values.put(ENDS_AT, endsAt.getEpochSecond());
    put(values, REFRESH, refresh);
    put(values, ID_TOKEN, idToken);
    return values;
  }

  static Session of(Map<String, Object> values) throws ParseException {
    Role role = Role.of(text(values, ROLE));
    if (role == null) {
      throw new ParseException("a session has no such role", 0);
    }
    return new Session(
        text(values, ID),
        new Caller(
            text(values, USER),
            role,
            set(values, TENANTS),
            set(values, LOCATIONS),
            Caller.Way.SESSION),
        text(values, SUBJECT),
        Instant.ofEpochSecond(JSONObjectUtils.getLong(values, GOOD_UNTIL)),
        Instant.ofEpochSecond(JSONObjectUtils.getLong(values, ENDS_AT)),
        JSONObjectUtils.getString(values, REFRESH),
        JSONObjectUtils.getString(values, ID_TOKEN));
  }

  private static @Nullable List<String> list(@Nullable Set<String> set) {
    return set == null ? null : set.stream().sorted().toList();
  }

  private static void put(Map<String, Object> values, String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  private static String text(Map<String, Object> values, String name) throws ParseException {
    return Objects.requireNonNull(JSONObjectUtils.getString(values, name), name);
  }

  private static @Nullable Set<String> set(Map<String, Object> values, String name)
      throws ParseException {
    List<String> list = JSONObjectUtils.getStringList(values, name);
    return list == null ? null : Set.copyOf(list);
  }
}
