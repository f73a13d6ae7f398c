package org.visitbalance.query.lists;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sha256;
import org.visitbalance.query.model.Kind;
import org.visitbalance.query.request.JsonValues;
import org.visitbalance.query.request.RequestContext;
import org.visitbalance.query.request.Sql;

/**
 * Answers that are given again as long as nothing has changed that they are about: whoever has one
 * already is told so (304), and for whoever has not, the packed answer is kept for a while. An
 * answer is never older than a minute.
 */
final class KnownAnswers {
  private static final int MOST = 64;
  private static final long MOST_BYTES = 32L << 20;

  private final Jdbi jdbi;
  private final List<String> kinds;

  /** After a rebuild the changes are counted anew, so another process may mean something else. */
  private final String process = UUID.randomUUID().toString();

  /** Of each question the latest answer; the one that was asked for last is last. */
  private final Map<String, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;

  private static final class Answer {
    private final String tag;
    private final byte[] packed;

    Answer(String tag, byte[] packed) {
      this.tag = tag;
      this.packed = packed;
    }
  }

  /**
   * Remembers nothing yet.
   *
   * @param kinds what the answers are about
   */
  KnownAnswers(Jdbi jdbi, Kind... kinds) {
    this.jdbi = jdbi;
    this.kinds = Stream.of(kinds).map(Kind::word).toList();
  }

  /** Answers with what is known, or with what is made now. */
  void answer(RequestContext call, Supplier<Map<String, @Nullable Object>> made) {
    String question = question(call);
    // Seen before anything is asked of the tables: what changes meanwhile makes another tag.
    String tag = "\"" + Sha256.hex(question + changes(call)) + "\"";
    call.http().header("ETag", tag);
    call.http().header("Vary", "Accept-Encoding, Authorization, Cookie");
    if (tag.equals(call.http().header("If-None-Match"))) {
      call.http().status(304);
      return;
    }
    String accepted = call.http().header("Accept-Encoding");
    if (accepted == null || !accepted.contains("gzip")) {
      call.answerFresh(made.get());
      return;
    }
    byte[] packed = known(question, tag);
    if (packed == null) {
      packed = packed(call.fresh(made.get()));
      keep(question, new Answer(tag, packed));
    }
    call.http().header("Content-Encoding", "gzip").contentType("application/json").result(packed);
  }

  private String question(RequestContext call) {
    Collection<String> locations = call.caller().locations();
    return String.join(
        "\n",
        process,
        call.http().path(),
        String.valueOf(call.http().queryString()),
        call.tenant(),
        String.valueOf(call.caller().tenants() == null),
        call.caller().role().word(),
        locations == null ? "*" : String.valueOf(locations.stream().sorted().toList()));
  }

  private String changes(RequestContext call) {
    return call.now().truncatedTo(ChronoUnit.MINUTES)
        + String.valueOf(call.freshness().asOf() == null)
        + call.freshness().stopped()
        + jdbi.withHandle(
            handle ->
                new Sql(call.scope())
                    .add("select tenant, kind, changes from change_count")
                    .add(" where tenant in (?, '')", call.tenant())
                    .in("kind", kinds)
                    .add(" order by tenant, kind")
                    .on(handle)
                    .map((row, context) -> row.getString(2) + row.getLong(3))
                    .list()
                    .toString());
  }

  private synchronized byte @Nullable [] known(String question, String tag) {
    Answer answer = answers.get(question);
    return answer != null && answer.tag.equals(tag) ? answer.packed : null;
  }

  private synchronized void keep(String question, Answer answer) {
    Answer before = answers.put(question, answer);
    bytes += answer.packed.length - (before == null ? 0 : before.packed.length);
    var eldest = answers.entrySet().iterator();
    while ((answers.size() > MOST || bytes > MOST_BYTES) && eldest.hasNext()) {
      bytes -= eldest.next().getValue().packed.length;
      eldest.remove();
    }
  }

  /** Packs fast rather than well: an answer of a year is some megabytes. */
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(ByteArrayOutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  private static byte[] packed(Map<String, @Nullable Object> body) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new FastGzip(packed)) {
      gzip.write(JsonValues.bytes(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
