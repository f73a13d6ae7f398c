package org.visitbalance.ingest;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.DeadLetter;

/**
 * Rows of one kind that come in messages instead of files. What rows of several messages say
 * together is found out when their facts are made: see {@link MessageNetting}. Not thread-safe.
 */
public final class MessageRows {
  /** What the origins of charges begin with; those of a patient's day belong together. */
  public static final String CHARGES = "message charge";

  private static final String PROFILE = "message ";

  /** Each row is checked when it is received; nothing is too late for what is made of it later. */
  private static final Instant NEVER = Instant.parse("2199-12-31T00:00:00Z");

  private final String name;
  private final RowKind kind;
  private final String tenant;
  private final ZoneId zone;
  private final boolean isTranslated;

  /**
   * Rows of one kind.
   *
   * @param name what the messages are called as if they were a file
   * @param kind visit, charge, transmission, note or patient
   * @param isTranslated whether patients are named by the EMR's id
   */
  public MessageRows(String name, String kind, String tenant, ZoneId zone, boolean isTranslated) {
    this.name = name;
    this.kind = RowFacts.need(RowKind.named(kind));
    this.tenant = tenant;
    this.zone = zone;
    this.isTranslated = isTranslated;
  }

  /** Returns how the rows are read when their facts are made. */
  public FactMaker.StoredFile file(long id) {
    String scope = kind == RowKind.CHARGE ? CHARGES : kind.label();
    StoredForm form =
        new StoredForm(
            "",
            -1,
            PROFILE + kind.label(),
            List.of(),
            zone,
            kind.label(),
            scope,
            null,
            isTranslated);
    return new FactMaker.StoredFile(id, name, form, NEVER, true);
  }

  /** Returns the entry of a form whose rows come in messages; null for another form. */
  static @Nullable MappingEntry entry(StoredForm form) {
    RowKind kind =
        form.profile() != null && form.profile().startsWith(PROFILE)
            ? RowKind.named(form.profile().substring(PROFILE.length()))
            : null;
    return kind == null
        ? null
        : new MappingEntry(
            null, kind, Map.of(), null, null, null, false, TableRules.NONE, false, "messages");
  }

  /** Returns whether the rows of a source come in messages. */
  static boolean isOf(RowSource source) {
    return source.entry().source().equals("messages");
  }

  /**
   * Makes a row of values.
   *
   * @param line its number
   * @param values by the names of the fields; texts where another type is wanted are read
   * @param receivedAt when it was received; what is later cannot have happened yet
   * @return null if no valid fact can be made of it, which the dead letter says
   */
  public @Nullable StoredRow row(
      long line, Map<String, Object> values, Instant receivedAt, Consumer<DeadLetter> letters) {
    FactMaker.StoredFile file = new FactMaker.StoredFile(0, name, file(0).form(), receivedAt, true);
    RowSource source = FactMaker.source(file, 0, tenant, RowFacts.need(entry(file.form())));
    @Nullable Object[] all = new Object[kind.fields().size()];
    for (Map.Entry<String, Object> one : values.entrySet()) {
      Field field = RowFacts.need(Field.named(one.getKey()));
      Object value = one.getValue() instanceof String text ? typed(field, text) : one.getValue();
      if (value instanceof Bad bad) {
        letters.accept(source.deadLetter(line, field.label(), bad.reason()));
        return null;
      }
      all[kind.slot(field)] = value;
    }
    Row row = new Row(source, line, all, "");
    boolean[] dead = {false};
    FactOutlet outlet =
        new FactOutlet(
            new Checking(
                letter -> {
                  dead[0] = true;
                  letters.accept(letter);
                }),
            new Crosswalk());
    if (!outlet.check(row, RowNeeds.of(source))) {
      return null;
    }
    if (kind != RowKind.PATIENT) {
      outlet.give(row, alone(row));
    }
    return dead[0] ? null : stored(row);
  }

  /** Returns the fact that the row would give by itself. */
  private static SpecificRecord alone(Row row) {
    if (row.source().kind() != RowKind.VISIT) {
      return RowFacts.of(row, 0);
    }
    Instant changed = RowFacts.need(RowFacts.changedAt(row));
    return RowFacts.visit(
        row,
        RowFacts.line(row) == null ? List.of() : List.of(RowFacts.need(RowFacts.line(row))),
        new RowFacts.Seal(
            org.visitbalance.fact.VisitStatus.FINALIZED,
            changed,
            RowFacts.need(row.instant(Field.FINALIZED_AT)),
            RowFacts.need(row.date(Field.FINALIZED_ON))));
  }

  private StoredRow stored(Row row) {
    LocalDate date = row.date(Field.DATE_OF_SERVICE);
    String patient = kind == RowKind.PATIENT ? null : row.text(Field.PATIENT_KEY);
    boolean isCharge = kind == RowKind.CHARGE;
    return new StoredRow(
        row.line(),
        isCharge ? patient + " " + date : RowFacts.id(row),
        isCharge ? row.text(Field.CHARGE_ID) : null,
        patient,
        // No visit of messages is one with another visit of its day.
        null,
        RowCodec.encode(kind, row.values()));
  }

  private Object typed(Field field, String text) {
    String plain = Texts.oneLine(text);
    return switch (field.type()) {
      case TEXT -> plain;
      case POS_CODE -> Texts.posCode(plain);
      case SYMBOL -> {
        Enum<?> symbol = kind.symbols(field).get(plain);
        yield symbol == null
            ? new Bad("is not one of " + String.join(", ", kind.symbols(field).keySet()))
            : symbol;
      }
      case WHOLE -> {
        int number = WholeNumber.parse(plain);
        yield number < 0 ? new Bad("is not a whole number >= 0") : (Object) number;
      }
      case TRUTH ->
          switch (plain.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "y", "1" -> true;
            case "false", "no", "n", "0" -> false;
            default -> new Bad("is not true or false");
          };
      case DATE, INSTANT, MONEY, MODIFIERS ->
          throw new IllegalArgumentException(field.label() + " is given as a value");
    };
  }

  /** Takes the dead letters of a row whose fact is not wanted yet. */
  private record Checking(Consumer<DeadLetter> letters) implements FactOutlet.Receiver {
    @Override
    public void fact(Row row, SpecificRecord fact, Instant knownAt, Instant told) {}

    @Override
    public Instant knownAt(Row row, Instant told) {
      return row.source().time().present();
    }

    @Override
    public void deadLetter(DeadLetter letter) {
      letters.accept(letter);
    }
  }
}
