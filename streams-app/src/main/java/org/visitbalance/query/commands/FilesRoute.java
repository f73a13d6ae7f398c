package org.visitbalance.query.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.visitbalance.query.request.CommandPort;
import org.visitbalance.query.request.FileDoor;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.RequestHandler;

/** Files in: first a look at what a file would change, then the same file once more to send it. */
public final class FilesRoute implements RequestHandler {
  public static final Set<String> PARAMS = Set.of("tenant", "name", "preview", "confirm", "draft");

  public static final Set<String> AGAIN_PARAMS = Set.of("tenant");
  public static final Set<String> MISSING_PARAMS = Set.of("tenant");
  public static final Set<String> GAP_PARAMS = Set.of("tenant", "match", "day");
  private static final Pattern SHA = Pattern.compile("[0-9a-f]{8,64}");

  private static final long PATIENCE_SECONDS = 10;

  /** One file at a time, because each is in memory. */
  private final Semaphore place = new Semaphore(1);

  private final CommandPort commands;

  public FilesRoute(CommandPort commands) {
    this.commands = commands;
  }

  @Override
  public int mostFileBytes() {
    return FileDoor.MOST_BYTES + FileDoor.MOST_DRAFT_BYTES;
  }

  @Override
  public void answer(RequestContext call) throws IOException {
    boolean isLook = Boolean.TRUE.equals(call.params().truth("preview"));
    String confirmed = call.params().text("confirm");
    if (isLook == (confirmed != null)) {
      throw Problem.unusable(
          "preview", "must be true for a preview; to send the file, use confirm with its SHA-256");
    }
    String name = call.params().need("name", "the name of the file");
    Integer draft = call.params().whole("draft", 1, FileDoor.MOST_DRAFT_BYTES);
    if (draft != null && (!isLook || draft >= call.body().length)) {
      throw Problem.unusable(
          "draft", "must be how many bytes before the file are the draft, in a preview");
    }
    if (call.body().length - (draft == null ? 0 : draft) > FileDoor.MOST_BYTES) {
      throw Problem.of(413, "Content too large", "A file can have at most 64 MiB.");
    }
    FileDoor door = door();
    if (call.body().length == 0) {
      throw Problem.unusable("body", "is empty. Send the file as the body");
    } else if (!hasPlace()) {
      throw Problem.busy("Another file is being read. Send this one again in a moment.");
    }
    try {
      call.answer(answer(call, door, name, confirmed, draft == null ? 0 : draft));
    } catch (FileDoor.Refused e) {
      throw Problem.of(422, "Unprocessable content", String.valueOf(e.getMessage()));
    } finally {
      place.release();
    }
  }

  /** Waits a while: a page that sends a file may have asked for a preview of it just before. */
  private boolean hasPlace() {
    try {
      return place.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Reads all files again that were read in another time zone. */
  public void againInZone(RequestContext call) throws IOException {
    try {
      call.answer(Map.of("files", door().againInZone(call.tenant(), call.caller().user())));
    } catch (FileDoor.Refused e) {
      throw Problem.of(422, "Unprocessable content", String.valueOf(e.getMessage()));
    }
  }

  /** Lists the refused files that can be read by now. */
  public void readable(RequestContext call) throws IOException {
    try {
      call.answer(door().readable(call.tenant()));
    } catch (FileDoor.Refused e) {
      throw Problem.of(422, "Unprocessable content", String.valueOf(e.getMessage()));
    }
  }

  /** Reads a file again that was read or refused before. */
  public void again(RequestContext call) throws IOException {
    FileDoor door = door();
    String sha = call.http().pathParam("sha").toLowerCase(Locale.ROOT);
    if (!SHA.matcher(sha).matches()) {
      throw Problem.unusable("sha", "must be 8 to 64 of the digits 0 to 9 and a to f");
    }
    try {
      call.answer(door.again(call.tenant(), sha, call.caller().user()));
    } catch (FileDoor.Refused e) {
      throw Problem.of(422, "Unprocessable content", String.valueOf(e.getMessage()));
    }
  }

  /** What should have come, and whether this service takes files at all. */
  public void missing(RequestContext call) {
    FileDoor door = commands.files();
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    if (door != null && door.tenants().contains(call.tenant())) {
      body.put("takesFiles", true);
      body.put("missing", door.missing(call.tenant()));
    } else {
      body.put("takesFiles", false);
      body.put("missing", List.of());
    }
    call.answerFresh(body);
  }

  /** Gives up a file that will not come. */
  public void acceptGap(RequestContext call) throws IOException {
    FileDoor door = door();
    String match = call.params().need("match", "the pattern of the missing file");
    LocalDate day = call.params().day("day");
    if (day == null) {
      throw Problem.unusable("day", "is required and must be the day of the missing file");
    }
    try {
      door.acceptGap(call.tenant(), match, day, call.caller().user());
    } catch (FileDoor.Refused e) {
      throw Problem.of(422, "Unprocessable content", String.valueOf(e.getMessage()));
    }
    missing(call);
  }

  private FileDoor door() {
    FileDoor door = commands.files();
    if (door == null) {
      throw Problem.of(
          409,
          "No intake",
          "This service does not take files. Start it with --intake, or put the file into the"
              + " intake folder, where the intake of another process takes it.");
    }
    return door;
  }

  private static Map<String, @Nullable Object> answer(
      RequestContext call, FileDoor door, String name, @Nullable String confirmed, int draft)
      throws IOException {
    byte[] body = call.body();
    return confirmed == null
        ? door.preview(
            call.tenant(),
            name,
            Arrays.copyOfRange(body, draft, body.length),
            draft == 0 ? null : new String(body, 0, draft, UTF_8))
        : door.submit(
            call.tenant(), name, confirmed.toLowerCase(Locale.ROOT), body, call.caller().user());
  }
}
