package org.visitbalance.naive;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.FeedSource;
import org.visitbalance.fact.Note;

/** All that is known of one tenant: its visits and billing-only visits, and what is neither. */
final class Tenant {
  /** An open note with its place. */
  record OpenNote(String patientKey, Note note, String location) {}

  final String name;
  final TenantSettings settings;
  final Moment moment;
  final List<Subject> subjects = new ArrayList<>();
  final List<Chain> liveChains = new ArrayList<>();
  final List<OpenNote> openNotes = new ArrayList<>();

  Tenant(String name, TenantSettings settings, Instant now, Collection<SpecificRecord> facts) {
    this.name = name;
    this.settings = settings;
    this.moment =
        Moment.of(
            now,
            settings.zone(),
            completeUntil(facts, FeedSource.BILLING),
            completeUntil(facts, FeedSource.EMR));
    facts.stream()
        .filter(fact -> !(fact instanceof Feed))
        .collect(groupingBy(Tenant::patientKey, TreeMap::new, Collectors.toList()))
        .forEach((key, ofPatient) -> addPatient(key, PatientFacts.of(ofPatient)));
  }

  private static Instant completeUntil(Collection<SpecificRecord> facts, FeedSource source) {
    return PatientFacts.all(facts, Feed.class).stream()
        .filter(feed -> feed.getSource() == source)
        .map(Feed::getCompleteUntil)
        .max(comparing(at -> at))
        .orElse(null);
  }

  private static String patientKey(SpecificRecord fact) {
    return (String) fact.get(fact.getSchema().getField("patientKey").pos());
  }

  private void addPatient(String key, PatientFacts patient) {
    List<Chain> chains = Chain.of(patient.charges(), settings);
    chains.stream().filter(Chain::isLive).forEach(liveChains::add);

    Matching matching = new Matching(patient.visits(), chains, patient.decisions().links());
    patient
        .visits()
        .forEach(
            (id, history) ->
                subjects.add(
                    Subject.ofVisit(
                        key,
                        history,
                        matching.chainsOfVisit.get(id),
                        matching.providerMismatches.contains(id),
                        patient,
                        settings)));
    for (Matching.Group group : matching.leftOver) {
      if (group.hasLiveVisitMaking()) {
        subjects.add(Subject.billingOnly(key, group, patient, settings));
      }
    }
    for (Note note : patient.openNotes()) {
      String location =
          settings.location(note.getClinicId(), note.getPosCode(), note.getDateOfService());
      openNotes.add(new OpenNote(key, note, location));
    }
  }

  /** What a period with activity has to be counted from. */
  record Contents(
      Set<Subject> subjects,
      List<Chain> liveChains,
      List<OpenNote> openNotes,
      TenantSettings settings) {
    boolean isNonVisit(String code) {
      return settings.nonVisitCodes().contains(code);
    }
  }

  /** Section 5: the periods that have a balance, with all that has to do with them. */
  Map<Period, Contents> activePeriods() {
    Map<Period, Contents> periods = new HashMap<>();
    for (Subject subject : subjects) {
      if (subject.isFinalized()) {
        around(periods, subject.location, subject.visit.getFinalizedOn())
            .forEach(period -> period.subjects().add(subject));
      }
      for (Chain chain : subject.liveVisitMaking) {
        around(periods, chain.location(), chain.createdOn())
            .forEach(period -> period.subjects().add(subject));
      }
    }
    for (Chain chain : liveChains) {
      around(periods, chain.location(), chain.createdOn())
          .forEach(period -> period.liveChains().add(chain));
    }
    for (OpenNote open : openNotes) {
      // Today's note is nobody's omission yet.
      if (open.note().getDateOfService().isBefore(moment.today())) {
        around(periods, open.location(), open.note().getDateOfService())
            .forEach(period -> period.openNotes().add(open));
      }
    }
    return periods;
  }

  private List<Contents> around(Map<Period, Contents> periods, String location, LocalDate date) {
    return Period.around(location, date, settings).stream()
        .map(
            period ->
                periods.computeIfAbsent(
                    period,
                    one ->
                        new Contents(
                            new LinkedHashSet<>(), new ArrayList<>(), new ArrayList<>(), settings)))
        .toList();
  }
}
