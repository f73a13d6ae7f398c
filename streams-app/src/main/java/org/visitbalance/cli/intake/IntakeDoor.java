package org.visitbalance.cli.intake;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.Survey;
import org.visitbalance.intake.Intake;
import org.visitbalance.intake.MissingFile;
import org.visitbalance.intake.Preview;
import org.visitbalance.output.ReceivedFile;
import org.visitbalance.platform.Sha256;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.FileDoor;

/** Hands the files that people send to an intake in this process. */
final class IntakeDoor implements FileDoor {
  static final String UNWRITABLE =
      "the archive or the state folder of intake cannot be read or written; check whether its disk"
          + " is full and whether this user may write there; nothing is lost, and it goes on by"
          + " itself";

  private final Intake intake;
  private final Runnable settings;

  /**
   * Creates the door of an intake.
   *
   * @param settings reads the newest settings before a file is taken
   */
  IntakeDoor(Intake intake, Runnable settings) {
    this.intake = intake;
    this.settings = settings;
  }

  @Override
  public SortedSet<String> tenants() {
    return intake.tenants();
  }

  @Override
  public Map<String, @Nullable Object> preview(
      String tenant, String name, byte[] content, @Nullable String draft) throws IOException {
    return answered(() -> told(intake.preview(tenant, name, content, draft)));
  }

  @Override
  public Map<String, @Nullable Object> submit(
      String tenant, String name, String sha256, byte[] content, String by) throws IOException {
    if (!Sha256.hex(content).equals(sha256)) {
      throw new Refused("The file is not the one that was previewed. Preview it again.");
    }
    return answered(() -> told(intake.submit(tenant, name, content, by)));
  }

  @Override
  public Map<String, @Nullable Object> again(String tenant, String sha256, String by)
      throws IOException {
    return answered(() -> told(intake.again(tenant, sha256, by)));
  }

  @Override
  public List<Map<String, @Nullable Object>> missing(String tenant) {
    return intake.missing().stream()
        .filter(one -> one.tenant().equals(tenant))
        .map(IntakeDoor::told)
        .toList();
  }

  @Override
  public void acceptGap(String tenant, String match, LocalDate day, String by) throws IOException {
    boolean unused =
        answered(
            () -> {
              intake.acceptGap(tenant, match, day, by);
              return true;
            });
  }

  private static Map<String, @Nullable Object> told(MissingFile file) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("match", file.match());
    answer.put("day", file.day().toString());
    answer.put("due", file.due().toString());
    return answer;
  }

  @Override
  public Map<String, @Nullable Object> readable(String tenant) throws IOException {
    return answered(
        () -> {
          Intake.OtherZone other = intake.otherZone(tenant);
          Map<String, @Nullable Object> answer = new LinkedHashMap<>();
          answer.put("rows", intake.readable(tenant).stream().map(IntakeDoor::told).toList());
          answer.put("otherZone", other == null ? null : told(other));
          return answer;
        });
  }

  private static Map<String, @Nullable Object> told(Intake.OtherZone other) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("files", other.files());
    boolean isUtc = other.zone().getRules().equals(ZoneOffset.UTC.getRules());
    answer.put("zone", isUtc ? "UTC" : other.zone().getId());
    return answer;
  }

  @Override
  public long againInZone(String tenant, String by) throws IOException {
    return answered(() -> intake.againInZone(tenant, by));
  }

  /** What is asked of an intake. */
  private interface Question<T> {
    T ask() throws IOException;
  }

  /** Asks with the newest settings; whatever stands in the way is said. */
  private <T> T answered(Question<T> question) {
    try {
      settings.run();
      return question.ask();
    } catch (InputException e) {
      throw new Refused(String.valueOf(e.getMessage()), e);
    } catch (KafkaException | Intake.Away e) {
      throw new CommandPort.Closed(
          "Kafka does not answer, so that the company's settings or mapping could not be read; try"
              + " again in a moment",
          e);
    } catch (IOException e) {
      throw new CommandPort.Closed(UNWRITABLE, e);
    }
  }

  private static Map<String, @Nullable Object> told(ReceivedFile file) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("sha256", file.getSha256());
    answer.put("name", file.getName());
    answer.put("receipt", file.getReceipt());
    answer.put("state", file.getState().name());
    return answer;
  }

  private static Map<String, @Nullable Object> told(Preview preview) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("sha256", preview.sha256());
    answer.put("name", preview.name());
    answer.put("refused", preview.refused());
    answer.put("repeats", preview.repeats());
    answer.put("entry", preview.entry());
    answer.put("note", preview.note());
    answer.put("matched", preview.matched());
    answer.put("unused", preview.unused());
    answer.put("rows", preview.rows());
    answer.put("valid", preview.valid());
    answer.put("dead", preview.dead());
    answer.put("skipped", preview.skipped());
    answer.put("reasons", preview.reasons().stream().map(IntakeDoor::told).toList());
    answer.put("firstDate", text(preview.first()));
    answer.put("lastDate", text(preview.last()));
    answer.put(
        "changes",
        preview.changes().entrySet().stream()
            .map(one -> told(one.getKey(), one.getValue()))
            .toList());
    answer.put("days", List.copyOf(preview.days().stream().map(Object::toString).toList()));
    answer.put("survey", preview.survey() == null ? null : told(preview.survey()));
    return answer;
  }

  private static Map<String, @Nullable Object> told(Survey survey) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("nearest", survey.nearest());
    answer.put("fact", survey.fact());
    answer.put("match", survey.match());
    answer.put("snapshot", survey.snapshot());
    answer.put(
        "columns",
        survey.columns().stream()
            .map(one -> Map.of("name", one.name(), "look", one.look().name()))
            .toList());
    answer.put(
        "kinds",
        survey.kinds().stream()
            .map(
                kind ->
                    Map.of(
                        "fact",
                        kind.fact(),
                        "fields",
                        kind.fields().stream().map(IntakeDoor::told).toList()))
            .toList());
    return answer;
  }

  private static Map<String, @Nullable Object> told(Survey.Wanted field) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("field", field.field());
    answer.put("required", field.isRequired());
    answer.put("fromName", field.fromName());
    answer.put("column", field.column());
    answer.put("constant", field.constant());
    answer.put("symbols", field.symbols());
    answer.put("words", field.words().stream().map(IntakeDoor::told).toList());
    return answer;
  }

  private static Map<String, @Nullable Object> told(Survey.Word word) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("text", word.text());
    answer.put("symbol", word.symbol());
    return answer;
  }

  private static Map<String, @Nullable Object> told(Preview.Dead row) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("line", row.line());
    answer.put("column", row.column());
    answer.put("reason", row.reason());
    return answer;
  }

  private static Map<String, @Nullable Object> told(String kind, Preview.Changes changes) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>();
    answer.put("kind", kind);
    answer.put("adds", changes.adds());
    answer.put("changes", changes.changes());
    answer.put("removes", changes.removes());
    return answer;
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }
}
