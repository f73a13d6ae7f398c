package org.visitbalance.ingest.hl7;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.Yaml;

/** How the messages of one sender are read: a rule for each field. */
public final class Hl7Profile {
  static final String VISIT = "visit";
  static final String CHARGE = "charge";
  static final String NOTE = "note";
  static final String PATIENT = "patient";
  static final String MERGE = "merge";

  private static final int MOST_UNITS = 9999;
  private static final List<String> LISTS = List.of("codingSystems", "evaluationCodes");

  private static final Map<String, String> TYPES =
      Map.of("CG", "CG", "CD", "CD", "PY", "IGNORE", "AJ", "IGNORE", "CO", "IGNORE");

  private final String text;
  private final Map<String, Map<String, FieldRule>> rules;
  private final Map<String, String> types = new LinkedHashMap<>(TYPES);
  private final Map<String, Set<String>> lists = new LinkedHashMap<>();
  private @Nullable String tenant;
  private @Nullable ZoneId zone;
  private Charset charset = StandardCharsets.UTF_8;
  private int unitsDefault = 1;
  private final Set<String> segments = new TreeSet<>();

  private Hl7Profile(String text, String idType) {
    this.text = text;
    this.rules = Hl7Defaults.rules(idType);
    lists.put("codingSystems", Set.of("C4", "CPT", "CPT4", "CPT-4", "HCPCS"));
    lists.put("evaluationCodes", Hl7Defaults.EVALUATIONS);
  }

  /**
   * Reads a profile.
   *
   * @param name the name of the text in messages
   * @param text YAML; empty for the defaults alone
   * @throws InputException with the line, the key and what to do
   */
  public static Hl7Profile of(String name, String text) {
    List<Yaml> documents = Yaml.documents(name, text);
    if (documents.size() > 1) {
      throw new InputException(name + ": has several documents; it must contain one");
    }
    if (documents.isEmpty()) {
      return new Hl7Profile(text, Hl7Defaults.ID_TYPE).finished();
    }
    Yaml.Fields fields = documents.get(0).map("a map with visit, charge, note and more");
    Yaml idType = fields.get("patientIdType");
    Hl7Profile profile =
        new Hl7Profile(
            text, idType == null ? Hl7Defaults.ID_TYPE : idType.text("a type of id such as AN"));
    profile.read(fields);
    return profile.finished();
  }

  private Hl7Profile finished() {
    segments.addAll(Set.of("MSH", "EVN", "FT1", "TXA"));
    rules
        .values()
        .forEach(
            all ->
                all.values()
                    .forEach(rule -> rule.places().forEach(one -> segments.add(one.segment()))));
    return this;
  }

  private void read(Yaml.Fields fields) {
    Yaml named = fields.get("tenant");
    tenant = named == null ? null : named.text("the company's name");
    Yaml where = fields.get("zone");
    zone = where == null ? null : zone(where);
    Yaml set = fields.get("charset");
    charset = set == null ? charset : charset(set);
    Yaml units = fields.get("unitsDefault");
    unitsDefault = units == null ? unitsDefault : units(units);
    Yaml transactions = fields.get("transactionTypes");
    if (transactions != null) {
      types(transactions);
    }
    for (String list : LISTS) {
      Yaml said = fields.get(list);
      if (said != null) {
        Set<String> words = new HashSet<>();
        for (Yaml one : said.list("a list of codes")) {
          words.add(FieldRule.folded(one.text("a code")));
        }
        lists.put(list, words);
      }
    }
    for (String kind : rules.keySet()) {
      Yaml said = fields.get(kind);
      if (said != null) {
        rules(kind, said);
      }
    }
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error(
          "is not a known key; allowed are tenant, zone, charset, patientIdType, unitsDefault,"
              + " transactionTypes, codingSystems, evaluationCodes, visit, charge, note, patient,"
              + " merge");
    }
  }

  private void rules(String kind, Yaml place) {
    Map<String, FieldRule> known = of(kind);
    place
        .map("a map from fields to places in a message")
        .all()
        .forEach(
            (name, value) -> {
              FieldRule before = known.get(name);
              if (before == null) {
                throw value.error(
                    "is not a field of "
                        + kind
                        + "; allowed are "
                        + String.join(", ", new TreeSet<>(known.keySet())));
              }
              known.put(name, FieldRule.read(value, before));
            });
  }

  private void types(Yaml place) {
    FieldRule.values(place)
        .forEach(
            (word, meaning) -> {
              String type = FieldRule.folded(meaning);
              if (!Set.of("CG", "CD", "IGNORE").contains(type)) {
                throw place.error("must map each type to CG (a charge), CD (a credit) or IGNORE");
              }
              types.put(word, type);
            });
  }

  private static ZoneId zone(Yaml place) {
    String wanted = "a time zone such as America/New_York";
    try {
      return ZoneId.of(place.text(wanted));
    } catch (DateTimeException e) {
      throw place.error("must be " + wanted);
    }
  }

  private static Charset charset(Yaml place) {
    String wanted = "a character set such as windows-1252";
    try {
      return Charset.forName(place.text(wanted));
    } catch (IllegalArgumentException e) {
      throw place.error("must be " + wanted);
    }
  }

  private static int units(Yaml place) {
    String wanted = "a whole number from 0 to " + MOST_UNITS;
    String said = place.text(wanted);
    if (said.matches("[0-9]{1,4}")) {
      return Integer.parseInt(said);
    }
    throw place.error("must be " + wanted);
  }

  private Map<String, FieldRule> of(String kind) {
    Map<String, FieldRule> all = rules.get(kind);
    if (all == null) {
      throw new IllegalArgumentException(kind);
    }
    return all;
  }

  FieldRule rule(String kind, String field) {
    return of(kind).getOrDefault(field, FieldRule.NONE);
  }

  /** Returns what a transaction type means: CG, CD or IGNORE; null if nobody has said. */
  @Nullable String type(@Nullable String word) {
    return word == null ? null : types.get(FieldRule.folded(word));
  }

  boolean isCpt(@Nullable String codingSystem) {
    return codingSystem == null || has("codingSystems", codingSystem);
  }

  boolean isEvaluation(String code) {
    return has("evaluationCodes", code);
  }

  private boolean has(String list, String word) {
    Set<String> words = lists.get(list);
    return words != null && words.contains(FieldRule.folded(word));
  }

  int unitsDefault() {
    return unitsDefault;
  }

  /** Returns the names of the segments that it asks for. */
  Set<String> segments() {
    return segments;
  }

  /** Returns the text. */
  public String text() {
    return text;
  }

  /** Returns the characters of messages that do not say theirs. */
  public Charset charset() {
    return charset;
  }

  /** Returns the time zone that it names; null if it names none. */
  public @Nullable ZoneId zone() {
    return zone;
  }

  /**
   * Checks that it is for a tenant.
   *
   * @throws InputException if it names another one
   */
  public void check(String other) {
    if (tenant != null && !tenant.equals(other)) {
      throw new InputException("the profile is for the tenant " + tenant + ", not for " + other);
    }
  }
}
