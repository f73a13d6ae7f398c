package org.visitbalance.naive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;
import org.visitbalance.settings.Settings;

/**
 * Reads the files of an acceptance case, guided by the schemas; what cannot be a fact is left out.
 * It knows neither CSV nor the many ways in which settings can be wrong.
 */
public final class NaiveInput {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Schema> KINDS =
      Map.of(
          "visit", Visit.getClassSchema(),
          "charge", Charge.getClassSchema(),
          "rejection", Rejection.getClassSchema(),
          "transmission", Transmission.getClassSchema(),
          "note", Note.getClassSchema(),
          "decision", Decision.getClassSchema(),
          "feed", Feed.getClassSchema());

  /** Thrown where a text cannot be a fact. */
  private static final class NoFact extends Exception {
    NoFact(String message) {
      super(message);
    }
  }

  private NaiveInput() {}

  /** The facts of a file of JSON lines that can be facts. */
  public static List<KnownFact> facts(Path file) throws IOException {
    List<KnownFact> facts = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      fact(line).ifPresent(facts::add);
    }
    return facts;
  }

  /** The settings documents of a folder. */
  public static List<Settings> settings(Path folder) throws IOException {
    List<Settings> documents = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        if (file.getFileName().toString().matches("settings.*\\.yaml")) {
          Object yaml =
              new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
          documents.add((Settings) record(Settings.getClassSchema(), JSON.valueToTree(yaml), true));
        }
      }
    } catch (NoFact broken) {
      throw new IllegalArgumentException(folder + ": " + broken.getMessage(), broken);
    }
    return documents;
  }

  /** A line's fact, or nothing where it cannot be one. */
  public static Optional<KnownFact> fact(String line) {
    try {
      JsonNode json = withLinkFields(JSON.readTree(line));
      Schema schema = KINDS.get(json.path("fact").asText());
      if (schema == null) {
        return Optional.empty();
      }
      SpecificRecord fact = record(schema, json, false);
      JsonNode recordedAt = json.path("recordedAt");
      Instant occurredAt = (Instant) get(fact, "occurredAt");
      checkAhead(fact, "finalizedOn", occurredAt);
      checkAhead(fact, "createdOn", occurredAt);
      boolean isRecorded = recordedAt.isTextual() && !isBlank(recordedAt);
      Instant knownAt = isRecorded ? instant(recordedAt.asText()) : occurredAt;
      checkBounds(fact, knownAt);
      checkLink(fact);
      return Optional.of(new KnownFact(fact, knownAt));
    } catch (JsonProcessingException | NoFact unusable) {
      return Optional.empty();
    }
  }

  /** What every link says of kind, location and date may be absent. */
  private static JsonNode withLinkFields(JsonNode json) {
    if (isLink(json.path("action").asText()) && json.path("occurredAt").isTextual()) {
      ObjectNode link = (ObjectNode) json;
      String occurredAt = json.path("occurredAt").asText();
      Map.of(
              "kind", "LINKED",
              "location", "-",
              "date", occurredAt.substring(0, Math.min(occurredAt.length(), 10)))
          .forEach(
              (name, text) -> {
                if (json.path(name).isMissingNode()
                    || json.path(name).isNull()
                    || isBlank(json.path(name))) {
                  link.put(name, text);
                }
              });
    }
    return json;
  }

  private static boolean isLink(String action) {
    return List.of("LINKED", "UNLINKED").contains(action);
  }

  private static void checkLink(SpecificRecord fact) throws NoFact {
    if (fact instanceof Decision one) {
      boolean isLink = isLink(one.getAction().name());
      require(isLink == (one.getChain() != null), "a chain is of links");
      require(isLink == one.getKind().equals("LINKED"), "LINKED is of links");
      if (isLink) {
        LocalDate date = one.getOccurredAt().atOffset(ZoneOffset.UTC).toLocalDate();
        require(one.getLocation().equals("-") && one.getDate().equals(date), "of no place");
        require(one.getReason() == null && one.getAssignee() == null, "of other decisions");
      }
    }
  }

  private static Object get(SpecificRecord fact, String field) {
    return fact.get(fact.getSchema().getField(field).pos());
  }

  private static void checkAhead(SpecificRecord fact, String field, Instant occurredAt)
      throws NoFact {
    if (fact.getSchema().getField(field) != null) {
      LocalDate latest = occurredAt.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(2);
      if (((LocalDate) get(fact, field)).isAfter(latest)) {
        throw new NoFact(field + " is too far ahead");
      }
    }
  }

  /** What is longer, more, earlier or later than anything real. */
  private static void checkBounds(SpecificRecord fact, Instant knownAt) throws NoFact {
    requireYear(knownAt.atOffset(ZoneOffset.UTC).getYear());
    for (Schema.Field field : fact.getSchema().getFields()) {
      Object value = fact.get(field.pos());
      if (value instanceof String text) {
        boolean isMadeOfOthers = List.of("eventId", "rejectionId", "visit").contains(field.name());
        checkText(text, isMadeOfOthers ? 1024 : 256);
      } else if (value instanceof Integer number) {
        require(number <= (field.name().equals("revision") ? 999_999 : 9_999), "too many");
      } else if (value instanceof Long cents) {
        require(cents <= 99_999_999_999L, "too much");
      } else if (value instanceof LocalDate date) {
        requireYear(date.getYear());
      } else if (value instanceof Instant instant) {
        requireYear(instant.atOffset(ZoneOffset.UTC).getYear());
        require(!instant.minus(Duration.ofDays(2)).isAfter(knownAt), "a wrong clock");
      } else if (value instanceof List<?> list) {
        require(list.size() <= (field.name().equals("lines") ? 200 : 20), "too many");
        for (Object element : list) {
          if (element instanceof SpecificRecord line) {
            checkBounds(line, knownAt);
          } else {
            checkText((String) element, 256);
          }
        }
      }
    }
  }

  private static void checkText(String text, int longest) throws NoFact {
    require(text.codePoints().count() <= longest, "too long");
    require(text.codePoints().noneMatch(c -> c < 0x20 || c == 0x7F), "a control character");
    require(
        text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF), "half of a surrogate pair");
  }

  private static void requireYear(int year) throws NoFact {
    require(year >= 1900 && year <= 2199, "the years 1900 to 2199 are wanted");
  }

  /** In settings a list or a map may be left out, and a number may stand for a text. */
  private static SpecificRecord record(Schema schema, JsonNode json, boolean isSettings)
      throws NoFact {
    SpecificRecord record = (SpecificRecord) SpecificData.get().newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = json.path(field.name());
      if (value.isMissingNode() && isSettings && field.hasDefaultValue()) {
        record.put(field.pos(), SpecificData.get().getDefaultValue(field));
      } else {
        record.put(field.pos(), value(field.schema(), value, isSettings));
      }
    }
    return record;
  }

  private static Object value(Schema schema, JsonNode json, boolean isSettings) throws NoFact {
    if (schema.getType() == Schema.Type.UNION) {
      boolean absent = json.isMissingNode() || json.isNull() || isBlank(json);
      return absent ? null : value(schema.getTypes().get(1), json, isSettings);
    }
    String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    return switch (schema.getType()) {
      case STRING -> isSettings && json.isNumber() ? json.asText() : text(json);
      case BOOLEAN -> {
        require(json.isBoolean(), "true or false is wanted");
        yield json.booleanValue();
      }
      case INT -> {
        if (logical.equals("date")) {
          yield date(text(json));
        }
        require(json.isInt() && json.intValue() >= 0, "a whole number >= 0 is wanted");
        yield json.intValue();
      }
      case LONG -> {
        if (!logical.isEmpty()) {
          yield instant(text(json));
        }
        require(json.isIntegralNumber() && json.bigIntegerValue().signum() >= 0, "cents, please");
        require(json.canConvertToLong(), "too many");
        yield json.longValue();
      }
      case ENUM -> {
        String symbol = text(json);
        require(schema.hasEnumSymbol(symbol) && !symbol.equals("UNKNOWN"), "unknown symbol");
        yield SpecificData.get().createEnum(symbol, schema);
      }
      case RECORD -> {
        require(json.isObject(), "an object is wanted");
        yield record(schema, json, isSettings);
      }
      case ARRAY -> {
        require(json.isArray(), "a list is wanted");
        List<Object> list = new ArrayList<>();
        for (JsonNode element : json) {
          boolean isModifier = schema.getElementType().getType() == Schema.Type.STRING;
          list.add(
              isModifier && element.isTextual()
                  ? element.asText()
                  : value(schema.getElementType(), element, isSettings));
        }
        yield list;
      }
      case MAP -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
          map.put(entry.getKey(), value(schema.getValueType(), entry.getValue(), isSettings));
        }
        yield map;
      }
      default -> throw new IllegalStateException("no schema has a " + schema.getType());
    };
  }

  private static boolean isBlank(JsonNode json) {
    return json.isTextual() && json.asText().chars().allMatch(c -> c == ' ');
  }

  private static String text(JsonNode json) throws NoFact {
    require(json.isTextual() && !isBlank(json), "a text is wanted");
    return json.asText();
  }

  private static LocalDate date(String text) throws NoFact {
    require(text.matches("\\d{4}-\\d\\d-\\d\\d"), "a date is wanted");
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException none) {
      throw new NoFact("no such date");
    }
  }

  private static Instant instant(String text) throws NoFact {
    require(
        text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z"),
        "an instant in UTC is wanted");
    try {
      return Instant.parse(text);
    } catch (DateTimeException none) {
      throw new NoFact("no such instant");
    }
  }

  private static void require(boolean condition, String message) throws NoFact {
    if (!condition) {
      throw new NoFact(message);
    }
  }
}
