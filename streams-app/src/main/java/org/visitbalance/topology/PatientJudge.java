package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.DateJudge;
import org.visitbalance.core.Retention;
import org.visitbalance.core.Revision;
import org.visitbalance.core.Tokens;
import org.visitbalance.state.DateVerdict;

/**
 * Evaluates dates of service of patients, and says and posts what has changed: at the present, for
 * the last time, or, during a rebuild, as of its moment and compared with what an older program
 * reported.
 */
final class PatientJudge {
  private final @Nullable Duration kept;
  private final Tokens tokens;
  private final OutputDiff.Sink sink;
  private final Postings postings;

  PatientJudge(TopologyOptions options, OutputDiff.Sink sink, Postings postings) {
    this.kept = options.retention();
    this.tokens = new Tokens(options.tokenKey());
    this.sink = sink;
    this.postings = postings;
  }

  void judge(OpenPatient patient, Set<LocalDate> dates, Instant now) {
    List<Revision.Change> changes =
        new Revision(patient.store(), judgeOf(patient))
            .revise(dates, patient.tenant().present(now), leftAt(patient, now));
    diff(patient, now).say(changes);
  }

  /** Tells the books of caps which rules the settings now have. */
  void ruleAgain(OpenPatient patient, Set<LocalDate> dates) {
    OutputDiff diff = diff(patient, Instant.EPOCH);
    for (LocalDate date : dates) {
      DateVerdict verdict = patient.store().verdict(date);
      if (verdict != null) {
        diff.ruleAgain(verdict.getJudgements());
      }
    }
  }

  /**
   * Evaluates dates for the last time. What they add to their periods stays in their books, and
   * nothing is retracted.
   *
   * @param waiting other dates that are not evaluated yet: a visit may have come from there
   * @param rebuild the one that is under way, or null
   */
  void leave(
      OpenPatient patient,
      Retention.Leaving leaving,
      Set<LocalDate> waiting,
      @Nullable LedgerRebuild rebuild) {
    Instant at = leaving.at();
    if (rebuild == null) {
      diff(patient, at)
          .say(
              new Revision(patient.store(), judgeOf(patient))
                  .leave(leaving.dates(), patient.tenant().present(at), waiting));
    } else {
      Map<PreviousOutputs.Place, SpecificRecord> reported =
          rebuild.previous().ofPatient(patient.key());
      rebuild.mark(
          patient.key(),
          diff(patient, at)
              .sayLeft(
                  new Revision(
                          patient.store(),
                          judgeOf(patient),
                          LedgerRebuild.discrepancies(reported, at))
                      .leave(leaving.dates(), patient.tenant().present(at), waiting),
                  reported));
    }
  }

  /**
   * Judges all dates as of the moment of a rebuild, and compares them with what was reported.
   *
   * @return how many dates these were
   */
  int judgeThen(OpenPatient patient, LedgerRebuild rebuild, Instant now) {
    String key = patient.key();
    Map<PreviousOutputs.Place, SpecificRecord> reported = rebuild.previous().ofPatient(key);
    Set<LocalDate> dates = patient.store().dates();
    List<Revision.Change> changes =
        new Revision(patient.store(), judgeOf(patient), LedgerRebuild.discrepancies(reported, now))
            .revise(
                dates,
                patient.tenant().present(rebuild.moment()),
                leftAt(patient, rebuild.moment()));
    LocalDate oldest = rebuild.oldest(kept);
    Set<String> tokens = new HashSet<>();
    changes.forEach(
        change -> {
          if (change.after() != null) {
            tokens.add(change.after().getToken());
          }
        });
    Map<PreviousOutputs.Place, SpecificRecord> compared = new LinkedHashMap<>(reported);
    Map<PreviousOutputs.Place, SpecificRecord> leaving = new LinkedHashMap<>();
    reported.forEach(
        (place, value) -> {
          if (!tokens.contains(PreviousOutputs.token(value))
              && PreviousOutputs.hasLeft(value, reported, oldest)) {
            compared.remove(place);
            leaving.put(place, value);
          }
        });
    Set<String> marked = rebuild.marked(key);
    leaving.keySet().removeIf(place -> marked.contains(place.key()));
    compared.keySet().removeIf(place -> marked.contains(place.key()));
    OutputDiff diff = diff(patient, rebuild.moment());
    Set<String> unused = diff.sayLeft(leaving);
    diff.say(changes, compared);
    return dates.size();
  }

  private Map<LocalDate, Instant> leftAt(OpenPatient patient, Instant at) {
    return kept == null ? Map.of() : patient.retention(kept).leftAt(at);
  }

  private DateJudge judgeOf(OpenPatient patient) {
    SettingsInForce.Tenant tenant = patient.tenant();
    return new DateJudge(
        tenant.name, patient.patientKey(), patient.store(), tenant.settings, tokens);
  }

  private OutputDiff diff(OpenPatient patient, Instant now) {
    return new OutputDiff(
        patient.tenant().name,
        patient.patientKey(),
        patient.tenant().settings,
        now,
        sink,
        postings);
  }
}
