package org.visitbalance.ingest;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.FactProblems;
import org.visitbalance.core.Facts;
import org.visitbalance.core.SettingsProblems;
import org.visitbalance.settings.LocationRow;
import org.visitbalance.settings.PayerRule;
import org.visitbalance.settings.Settings;

/**
 * Turns one YAML document into one tenant's settings. All values that cannot be used are reported
 * together.
 */
final class SettingsDocument {
  private static final String DURATION =
      "an ISO 8601 duration of days and hours, such as P4D or PT24H, and not negative";
  private static final String DATE = "a date such as 2026-11-04";
  private static final String WHOLE = "a whole number >= 0";
  private static final String ROWS = "a list of rows";
  private static final String DAYS = "a number of days such as P90D, at most P36500D";

  private static final String NAME =
      "a name of at most " + SettingsProblems.LONGEST_NAME + " characters in one line";

  private final Consumer<String> warnings;
  private final List<InputException.Unusable> problems = new ArrayList<>();

  private SettingsDocument(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  static Settings read(Yaml document, Consumer<String> warnings) {
    return read(document, null, warnings);
  }

  /** Reads a document that need not name its tenant, because the caller knows it. */
  static Settings read(Yaml document, @Nullable String tenant, Consumer<String> warnings) {
    SettingsDocument reading = new SettingsDocument(warnings);
    Settings settings = reading.settings(document, tenant);
    if (reading.problems.isEmpty()) {
      // What a topic would not accept is no settings document, wherever it comes from.
      Facts.Problem left = SettingsProblems.of(settings);
      if (left != null) {
        reading.problems.add(
            new InputException.Unusable(document.where(), left.field(), left.reason()));
      }
    }
    if (!reading.problems.isEmpty()) {
      throw new InputException(reading.problems);
    }
    return settings;
  }

  /** Reads a value; one that cannot be used is kept as a problem, and null is returned. */
  private <T> @Nullable T tried(Supplier<@Nullable T> reading) {
    try {
      return reading.get();
    } catch (InputException e) {
      if (e.values().isEmpty()) {
        throw e;
      }
      problems.addAll(e.values());
      return null;
    }
  }

  /** The same for a value that must be there. */
  private String needed(Supplier<@Nullable String> reading) {
    return Objects.requireNonNullElse(tried(reading), "");
  }

  private Settings settings(Yaml document, @Nullable String known) {
    Yaml.Fields fields = document.map("a map of settings, such as tenant: T1");
    String tenant = needed(() -> tenant(fields, known));
    Settings settings =
        Settings.newBuilder()
            .setTenant(tenant)
            .setWeekStartsOn(tried(() -> weekDay(fields.get("weekStartsOn"))))
            .setZone(tried(() -> zone(fields.get("zone"))))
            .setMissingAfter(tried(() -> duration(fields.get("missingAfter"))))
            .setHeldWithin(tried(() -> duration(fields.get("heldWithin"))))
            .setEscalateAfter(tried(() -> duration(fields.get("escalateAfter"))))
            .setEmrCountsNoCharge(tried(() -> truth(fields.get("emrCountsNoCharge"))))
            .setEmrCountsEmpty(tried(() -> truth(fields.get("emrCountsEmpty"))))
            .setSendsTransmissions(tried(() -> truth(fields.get("sendsTransmissions"))))
            .setPseudoCodes(tried(() -> texts(fields.get("pseudoCodes"))))
            .setNonVisitCodes(tried(() -> texts(fields.get("nonVisitCodes"))))
            .setEvaluationCodes(tried(() -> texts(fields.get("evaluationCodes"))))
            .setCloseAfter(tried(() -> duration(fields.get("closeAfter"))))
            .setLocations(tried(() -> locations(fields.get("locations"))))
            .setPayerRules(tried(() -> payerRules(fields.get("payerRules"))))
            .setFees(tried(() -> fees(fields.get("fees"))))
            .setPayerNames(tried(() -> names(fields.get("payerNames"))))
            .setTherapistNames(tried(() -> names(fields.get("therapistNames"))))
            .build();
    warnOf(fields);
    return settings;
  }

  private static @Nullable String tenant(Yaml.Fields fields, @Nullable String known) {
    Yaml named = known == null ? fields.need("tenant", "the company's name") : fields.get("tenant");
    return named == null ? known : named.text("the company's name");
  }

  private @Nullable List<LocationRow> locations(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    List<LocationRow> rows = new ArrayList<>();
    Map<List<@Nullable String>, List<LocationRow>> before = new HashMap<>();
    for (Yaml row : value.list(ROWS + " with clinicId and locationId")) {
      Yaml.Fields fields = tried(() -> row.map("a row with clinicId and locationId"));
      if (fields != null) {
        LocationRow read = location(fields);
        rows.add(read);
        warnOf(fields);
        warnOf(
            row.where(),
            read,
            before.computeIfAbsent(
                Arrays.asList(read.getClinicId(), read.getPosCode()), any -> new ArrayList<>()));
      }
    }
    return rows;
  }

  /** Of rows that fit equally well the first counts, which hardly anybody means. */
  private void warnOf(String where, LocationRow row, List<LocationRow> before) {
    for (LocationRow first : before) {
      if (!first.getLocationId().equals(row.getLocationId()) && isOfTheSameDays(first, row)) {
        String pos = row.getPosCode() == null ? "" : ", POS " + row.getPosCode();
        warnings.accept(
            where
                + ": clinic "
                + row.getClinicId()
                + pos
                + " has the location "
                + row.getLocationId()
                + " here and "
                + first.getLocationId()
                + " in an earlier row for some of the same days; the earlier row counts."
                + " Give each row days of its own, or remove one");
        break;
      }
    }
    before.add(row);
  }

  private static boolean isOfTheSameDays(LocationRow one, LocationRow other) {
    return !isOver(one.getUntil(), other.getFrom()) && !isOver(other.getUntil(), one.getFrom());
  }

  private static boolean isOver(@Nullable LocalDate until, @Nullable LocalDate from) {
    return until != null && from != null && until.isBefore(from);
  }

  private LocationRow location(Yaml.Fields fields) {
    Days days = days(fields);
    return LocationRow.newBuilder()
        .setClinicId(needed(() -> id(fields, "clinicId", "the EMR's clinic")))
        .setPosCode(tried(() -> posCode(fields.get("posCode"))))
        .setLocationId(needed(() -> id(fields, "locationId", "billing's Place of Service")))
        .setFrom(days.from())
        .setUntil(days.until())
        .setName(tried(() -> name(fields.get("name"))))
        .setGroup(tried(() -> name(fields.get("group"))))
        .build();
  }

  private @Nullable List<PayerRule> payerRules(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    List<PayerRule> rules = new ArrayList<>();
    for (Yaml row : value.list(ROWS + " with payerId")) {
      Yaml.Fields fields = tried(() -> row.map("a row with payerId"));
      if (fields != null) {
        rules.add(payerRule(fields));
        warnOf(fields);
      }
    }
    return rules;
  }

  private PayerRule payerRule(Yaml.Fields fields) {
    Days days = days(fields);
    Yaml visitCap = fields.get("visitCap");
    List<String> removed = tried(() -> texts(fields.get("removedCodes")));
    return PayerRule.newBuilder()
        .setPayerId(needed(() -> id(fields, "payerId", "a payer, or \"*\" for all others")))
        .setCodeCap(
            Objects.requireNonNullElse(
                tried(() -> codeCap(fields.get("codeCap"))), Map.<String, Integer>of()))
        .setVisitCap(visitCap == null ? null : tried(() -> whole(visitCap)))
        .setRemovedCodes(removed == null ? List.of() : removed)
        .setTimelyFiling(tried(() -> days(fields.get("timelyFiling"))))
        .setFrom(days.from())
        .setUntil(days.until())
        .build();
  }

  private void warnOf(Yaml.Fields fields) {
    fields
        .unknown()
        .forEach(
            (name, value) ->
                warnings.accept(
                    value.where() + ": '" + name + "' is not a known setting and was ignored"));
  }

  private record Days(@Nullable LocalDate from, @Nullable LocalDate until) {}

  private Days days(Yaml.Fields fields) {
    LocalDate from = tried(() -> date(fields.get("from")));
    Yaml last = fields.get("until");
    LocalDate until = tried(() -> until(last, from));
    return new Days(from, until);
  }

  private static @Nullable LocalDate until(@Nullable Yaml last, @Nullable LocalDate from) {
    LocalDate until = date(last);
    if (last != null && from != null && until != null && until.isBefore(from)) {
      throw last.error("must not be before 'from' (" + from + "); both days are inclusive");
    }
    return until;
  }

  private static String id(Yaml.Fields fields, String name, String wanted) {
    return fields.need(name, wanted).text(wanted);
  }

  private static @Nullable String posCode(@Nullable Yaml value) {
    return value == null ? null : Texts.posCode(value.text("a place-of-service code such as 11"));
  }

  private Map<String, Integer> codeCap(@Nullable Yaml value) {
    Map<String, Integer> caps = new LinkedHashMap<>();
    if (value != null) {
      value
          .map("a map of codes to units, such as {\"97110\": 2}")
          .all()
          .forEach(
              (code, units) -> {
                Integer cap = tried(() -> whole(units));
                if (cap != null) {
                  caps.put(code, cap);
                }
              });
    }
    return caps;
  }

  private @Nullable Map<String, Long> fees(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    Map<String, Long> fees = new LinkedHashMap<>();
    value
        .map("a map of codes to what a unit costs in cents, such as {\"97110\": 4500}")
        .all()
        .forEach(
            (code, fee) -> {
              Long cents = tried(() -> cents(fee));
              if (cents != null) {
                fees.put(code, cents);
              }
            });
    return fees;
  }

  private @Nullable Map<String, String> names(@Nullable Yaml map) {
    if (map == null) {
      return null;
    }
    Map<String, String> names = new LinkedHashMap<>();
    map.map("a map of IDs to names, such as {BCBS: Blue Cross}")
        .all()
        .forEach(
            (id, value) -> {
              String name = tried(() -> nameOf(value));
              if (name != null) {
                names.put(id, name);
              }
            });
    return names;
  }

  private static @Nullable String name(@Nullable Yaml value) {
    return value == null ? null : nameOf(value);
  }

  private static String nameOf(Yaml value) {
    String name = value.text(NAME);
    if (!SettingsProblems.isName(name)) {
      throw value.error("must be " + NAME);
    }
    return name;
  }

  private static long cents(Yaml value) {
    String wanted = "a whole number of cents from 0 to " + FactProblems.MOST_CENTS;
    String text = value.text(wanted);
    if (!text.matches("[0-9]{1,11}")) {
      throw value.error("must be " + wanted);
    }
    return Long.parseLong(text);
  }

  private static @Nullable String days(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    String text = value.text(DAYS);
    if (!SettingsProblems.isDays(text)) {
      throw value.error("must be " + DAYS);
    }
    return text;
  }

  private static int whole(Yaml value) {
    String text = value.text(WHOLE);
    if (!text.matches("[0-9]{1,9}")) {
      throw value.error("must be " + WHOLE);
    }
    return Integer.parseInt(text);
  }

  private static @Nullable LocalDate date(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    try {
      return LocalDate.parse(value.text(DATE));
    } catch (DateTimeException e) {
      throw value.error("must be " + DATE);
    }
  }

  private static @Nullable String duration(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    String text = value.text(DURATION);
    try {
      Duration duration = Duration.parse(text);
      if (duration.isNegative()) {
        throw value.error("must be " + DURATION);
      } else if (duration.compareTo(SettingsProblems.LONGEST) > 0) {
        throw value.error("must be " + DURATION + ", and at most P36500D");
      }
      return text;
    } catch (DateTimeException e) {
      throw value.error("must be " + DURATION);
    }
  }

  private static @Nullable String zone(@Nullable Yaml value) {
    return value == null ? null : zoneId(value).getId();
  }

  /** Returns a time zone that Java knows; anything else is an error. */
  static ZoneId zoneId(Yaml value) {
    String wanted = "a time zone such as America/New_York or UTC";
    try {
      return ZoneId.of(value.text(wanted));
    } catch (DateTimeException e) {
      throw value.error("must be " + wanted);
    }
  }

  private static @Nullable String weekDay(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    String wanted = "one of MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY";
    try {
      return DayOfWeek.valueOf(value.text(wanted).toUpperCase(Locale.ROOT)).name();
    } catch (IllegalArgumentException e) {
      throw value.error("must be " + wanted);
    }
  }

  /** Returns true, false, or null if it is not given. */
  private static @Nullable Boolean truth(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    String text = value.text("true or false").toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      throw value.error("must be true or false");
    }
    return text.equals("true");
  }

  static boolean isTrue(@Nullable Yaml value) {
    return Boolean.TRUE.equals(truth(value));
  }

  private static @Nullable List<String> texts(@Nullable Yaml value) {
    if (value == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Yaml element : value.list("a list of strings, such as [INSOVER, COPAY]")) {
      texts.add(element.text("a string"));
    }
    return texts;
  }
}
