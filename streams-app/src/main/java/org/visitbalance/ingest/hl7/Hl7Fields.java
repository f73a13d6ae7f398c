package org.visitbalance.ingest.hl7;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The values of a row that is being made; the first that cannot be used makes it a dead letter. */
final class Hl7Fields {
  private static final int CENTS = 2;
  private static final Pattern MONEY = Pattern.compile("\\d{1,9}(\\.\\d{1,8})?|\\.\\d{1,8}");
  private static final Pattern WHOLE = Pattern.compile("(\\d{1,4})(\\.0{1,8})?");

  private final Hl7Draft draft;
  private final String kind;
  private final @Nullable Hl7Segment of;
  private final int number;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private @Nullable String badField;
  private @Nullable String reason;

  Hl7Fields(Hl7Draft draft, String kind, @Nullable Hl7Segment of, int number) {
    this.draft = draft;
    this.kind = kind;
    this.of = of;
    this.number = number;
  }

  private FieldRule rule(String field) {
    return draft.profile().rule(kind, field);
  }

  /** Returns what the message says; null for nothing. */
  @Nullable String said(String field) {
    return rule(field).value(draft.message(), of);
  }

  void put(String field, Object value) {
    values.put(field, value);
  }

  @Nullable Object get(String field) {
    return values.get(field);
  }

  /** Notes that the row cannot be used. */
  void bad(String field, String why) {
    if (reason == null) {
      badField = field;
      reason = why;
    }
  }

  private void missing(String field) {
    String places = rule(field).says();
    bad(
        field,
        places.isEmpty()
            ? "is not in the message; map it in the profile"
            : "is blank in " + places + "; map it in the profile");
  }

  void optional(String field) {
    String said = said(field);
    if (said != null) {
      values.put(field, said);
    }
  }

  void text(String field) {
    optional(field);
    if (!values.containsKey(field)) {
      missing(field);
    }
  }

  /** Takes the account number, or the id that the crosswalk translates; returns whether that. */
  boolean patient() {
    String account = said("patientKey");
    String emr = account == null ? said("emrPatientId") : null;
    if (account == null && emr == null) {
      missing("patientKey");
    } else {
      values.put("patientKey", account == null ? String.valueOf(emr) : account);
    }
    return account == null;
  }

  void date(String field) {
    String said = said(field);
    LocalDate date = said == null ? null : Hl7Moment.date(said);
    if (said == null) {
      missing(field);
    } else if (date == null) {
      bad(field, "is not a date such as 20261104");
    } else {
      values.put(field, date);
    }
  }

  @Nullable Instant instant(String field) {
    String said = said(field);
    if (said == null) {
      values.put(field, draft.at());
      return draft.at();
    }
    Instant at = Hl7Moment.instant(said, draft.zone(), draft.receivedAt());
    if (at == null) {
      bad(field, "is not a time such as 202611041715");
    } else {
      values.put(field, at);
    }
    return at;
  }

  /** Takes the code, the modifiers, the units and the amount of a line. */
  void line(boolean isCredit) {
    String code = code();
    if (code == null) {
      missing("cpt");
    } else {
      values.put("cpt", code);
    }
    values.put("modifiers", modifiers());
    Integer units = units(isCredit);
    if (units != null) {
      values.put("units", units);
      Long cents = cents(said("amount"), 1);
      Long each = cents == null ? cents(said("unitAmount"), units) : cents;
      if (each != null) {
        values.put("amountCents", each);
      }
    }
  }

  /** Returns the code of the first place whose coding system, in component 3, is one of CPT's. */
  @Nullable String code() {
    FieldRule rule = rule("cpt");
    List<FieldRef> places = rule.places();
    for (int i = 0; i < places.size(); i++) {
      FieldRef place = places.get(i);
      FieldRef system =
          new FieldRef(place.segment(), place.first(), place.field(), place.type(), 3, 1);
      boolean isLast = i == places.size() - 1;
      String said = draft.message().get(place, of);
      if (said != null && (isLast || draft.profile().isCpt(draft.message().get(system, of)))) {
        return new FieldRule(List.of(place), false, rule.values(), null).value(draft.message(), of);
      }
    }
    return rule.otherwise();
  }

  private List<String> modifiers() {
    List<String> modifiers = new ArrayList<>();
    for (FieldRef place : rule("modifiers").places()) {
      if (of != null && place.segment().equals(of.name())) {
        for (String one : of.all(place)) {
          StringTokenizer parts = new StringTokenizer(one, " ,");
          while (parts.hasMoreTokens()) {
            modifiers.add(parts.nextToken());
          }
        }
      }
    }
    return List.copyOf(modifiers);
  }

  private @Nullable Integer units(boolean isCredit) {
    String said = said("units");
    if (said == null) {
      draft.assumed();
      return draft.profile().unitsDefault();
    }
    String plain = isCredit && said.startsWith("-") ? said.substring(1) : said;
    var matcher = WHOLE.matcher(plain);
    if (!matcher.matches()) {
      bad("units", "is not a whole number from 0 to 9999");
      return null;
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static @Nullable Long cents(@Nullable String text, int times) {
    String plain = text == null ? "" : text.replace("$", "").replace(",", "").strip();
    if (!MONEY.matcher(plain).matches()) {
      return null;
    }
    try {
      return new BigDecimal(plain)
          .multiply(BigDecimal.valueOf(times))
          .movePointRight(CENTS)
          .longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Ends the row; returns whether it can be used. */
  boolean finish(String rowKind, boolean isTranslated) {
    if (reason != null) {
      draft.dead(number, badField, reason);
      return false;
    }
    draft.row(row(rowKind, isTranslated));
    return true;
  }

  Hl7Row row(String rowKind, boolean isTranslated) {
    return new Hl7Row(rowKind, isTranslated, values);
  }
}
