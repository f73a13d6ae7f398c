package org.visitbalance.cli.serve;

import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.visitbalance.audit.AuditException;
import org.visitbalance.audit.InputLog;
import org.visitbalance.audit.SettingsEffect;
import org.visitbalance.core.Scope;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.Verdict;
import org.visitbalance.query.settings.WhatIf;
import org.visitbalance.settings.Settings;

/** Evaluates the fact topics with the settings in force and with others. */
final class LogWhatIf implements WhatIf {
  private static final int MOST_SHOWN = 50;

  /** The service beside it goes on. */
  private static final int THREADS = 1;

  private final QueryService.Cluster cluster;
  private final String tokenKey;
  private final long most;

  /**
   * Reads from a cluster.
   *
   * @param tokenKey the key of the tokens of visits
   * @param most up to how many records it evaluates
   */
  LogWhatIf(QueryService.Cluster cluster, String tokenKey, long most) {
    this.cluster = cluster;
    this.tokenKey = tokenKey;
    this.most = most;
  }

  @Override
  public Map<String, @Nullable Object> of(
      Settings proposed, Instant moment, @Nullable LocalDate from, Progress progress) {
    try {
      InputLog log = InputLog.upToNow(cluster.clients(), cluster.prefix());
      if (log.size() > most) {
        throw new Refused(
            String.format(
                Locale.US,
                "The topics have about %,d records; the page evaluates at most %,d. Save the"
                    + " document as a file and run visit-balance audit --what-if-settings FILE"
                    + " instead.",
                log.size(),
                most));
      }
      Scope scope = new Scope(from == null ? LocalDate.MIN : from, LocalDate.MAX, null);
      SettingsEffect.Evaluation evaluation =
          new SettingsEffect.Evaluation(
              log,
              cluster.serdes(),
              tokenKey,
              new SettingsEffect.Wish(proposed, scope, moment, false));
      progress.begins(evaluation::taken, log.size());
      return body(evaluation.run(THREADS));
    } catch (AuditException e) {
      throw new Refused(e.getMessage() + ".");
    } catch (KafkaException e) {
      throw new Refused("The topics could not be read. Try again in a moment.");
    }
  }

  private static Map<String, @Nullable Object> body(SettingsEffect effect) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("asOf", effect.asOf().toString());
    body.put("records", effect.records());
    body.put("openBefore", total(effect.openBefore()));
    body.put("openAfter", total(effect.openAfter()));
    body.put("opened", found(effect.opened()));
    body.put("ended", found(effect.ended()));
    Map<String, @Nullable Object> changed = new LinkedHashMap<>();
    changed.put("count", effect.changed().size());
    changed.put("first", first(effect.changed(), LogWhatIf::changed));
    body.put("changed", changed);
    body.put("sums", effect.sums().stream().map(LogWhatIf::sum).toList());
    Map<String, @Nullable Object> days = new LinkedHashMap<>();
    days.put("count", effect.days().size());
    days.put("first", first(effect.days(), LogWhatIf::day));
    body.put("days", days);
    return body;
  }

  private static Map<String, @Nullable Object> total(SettingsEffect.Total total) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("count", total.count());
    body.put("cents", total.cents());
    body.put("withoutAmount", total.withoutAmount());
    return body;
  }

  private static Map<String, @Nullable Object> found(List<Discrepancy> some) {
    Map<String, @Nullable Object> body = total(SettingsEffect.Total.of(some));
    body.put("first", first(some, LogWhatIf::discrepancy));
    return body;
  }

  private static <T> List<Map<String, @Nullable Object>> first(
      List<T> some, Function<T, Map<String, @Nullable Object>> form) {
    return some.stream().limit(MOST_SHOWN).map(form).toList();
  }

  private static Map<String, @Nullable Object> discrepancy(Discrepancy one) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("level", one.getLevel().name());
    body.put("kind", one.getKind());
    body.put("severity", one.getSeverity().name());
    body.put("location", one.getLocation());
    body.put("date", text(one.getDate()));
    body.put("visit", one.getVisit());
    body.put("difference", one.getDifference());
    body.put("units", one.getUnits());
    body.put("amountCents", one.getAmountCents());
    body.put("fileBy", text(one.getFileBy()));
    return body;
  }

  private static Map<String, @Nullable Object> changed(SettingsEffect.Changed one) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("before", discrepancy(one.before()));
    body.put("after", discrepancy(one.after()));
    return body;
  }

  private static Map<String, @Nullable Object> sum(SettingsEffect.Sum sum) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("kind", sum.kind());
    body.put("location", sum.location());
    body.put("opened", sum.opened());
    body.put("ended", sum.ended());
    body.put("changed", sum.changed());
    body.put("openedCents", sum.openedCents());
    body.put("endedCents", sum.endedCents());
    return body;
  }

  private static Map<String, @Nullable Object> day(SettingsEffect.Day day) {
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    body.put("location", day.location());
    body.put("date", day.date().toString());
    body.put("before", name(day.before()));
    body.put("after", name(day.after()));
    return body;
  }

  private static @Nullable String name(@Nullable Verdict verdict) {
    return verdict == null ? null : verdict.name();
  }

  private static @Nullable String text(@Nullable LocalDate date) {
    return date == null ? null : date.toString();
  }
}
