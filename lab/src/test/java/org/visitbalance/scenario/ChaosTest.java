package org.visitbalance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.visitbalance.core.Facts;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.ChargeOrigin;
import org.visitbalance.fact.ChargeStatus;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.NoteStatus;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.RejectionStatus;
import org.visitbalance.fact.RejectionType;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.TransmissionKind;
import org.visitbalance.fact.TransmissionStatus;
import org.visitbalance.fact.Visit;
import org.visitbalance.fact.VisitStatus;

/** The chaos preset is worth its name only if some seed or other gets into each odd corner. */
class ChaosTest {
  private static final int SEEDS = 40;

  @Test
  void everyCornerIsReachedBySomeSeed() {
    Map<String, Predicate<List<TimedFact>>> corners = corners();
    Set<String> left = new TreeSet<>(corners.keySet());
    for (int seed = 1; seed <= SEEDS; seed++) {
      List<TimedFact> facts = facts(Preset.CHAOS.options().with().seed(seed).build());
      left.removeIf(name -> corners.get(name).test(facts));
    }
    assertThat(left).as("corners that no seed has reached").isEmpty();
  }

  @Test
  void severalSettingsAreTried() {
    Set<Object> settings = new HashSet<>();
    for (int seed = 1; seed <= SEEDS; seed++) {
      settings.addAll(
          new Scenario(Preset.CHAOS.options().with().seed(seed).build())
              .settings().stream().map(s -> s.getMissingAfter() + s.getZone()).toList());
    }
    assertThat(settings).hasSize(12);
  }

  private static List<TimedFact> facts(ScenarioOptions options) {
    return new Scenario(options).facts().toList();
  }

  private static Map<String, Predicate<List<TimedFact>>> corners() {
    Map<String, Predicate<List<TimedFact>>> corners = new LinkedHashMap<>();
    for (RejectionType type : RejectionType.values()) {
      if (type != RejectionType.UNKNOWN) {
        corners.put("rejection " + type, any(Rejection.class, r -> r.getType() == type));
      }
    }
    for (TransmissionStatus status : TransmissionStatus.values()) {
      if (status != TransmissionStatus.UNKNOWN) {
        corners.put(
            "financial transmission " + status,
            any(
                Transmission.class,
                t -> t.getKind() == TransmissionKind.FINANCIAL && t.getStatus() == status));
      }
    }
    for (ChargeStatus status : List.of(ChargeStatus.INACTIVE, ChargeStatus.REMOVED)) {
      corners.put("charge " + status, any(Charge.class, c -> c.getStatus() == status));
    }
    for (NoteStatus status : NoteStatus.values()) {
      if (status != NoteStatus.UNKNOWN) {
        corners.put("note " + status, any(Note.class, n -> n.getStatus() == status));
      }
    }
    fields(corners);
    collisions(corners);
    return corners;
  }

  private static void fields(Map<String, Predicate<List<TimedFact>>> corners) {
    corners.put("retracted", any(Visit.class, v -> v.getStatus() == VisitStatus.RETRACTED));
    corners.put("no lines", any(Visit.class, v -> v.getLines().isEmpty()));
    corners.put("NORCM", any(Visit.class, v -> has(v, "NORCM")));
    corners.put("norcm", any(Visit.class, v -> has(v, "norcm")));
    corners.put(
        "timed NORCM",
        any(
            Visit.class,
            v ->
                v.getLines().stream()
                    .anyMatch(
                        l -> l.getCpt().equals("NORCM") && Boolean.TRUE.equals(l.getTimed()))));
    corners.put("not re-billed", any(Visit.class, v -> Boolean.FALSE.equals(v.getRebilled())));
    corners.put("default place of service", any(Visit.class, v -> v.getPosCode() == null));
    corners.put("unmapped place", any(Visit.class, v -> "32".equals(v.getPosCode())));
    corners.put("visit without payer", any(Visit.class, v -> v.getPayerId() == null));
    corners.put("0 units", any(Charge.class, c -> c.getUnits() == 0));
    corners.put("no billing visit", any(Charge.class, c -> c.getBillingVisitId() == null));
    corners.put("other biller", any(Charge.class, c -> c.getBillingProviderId() != null));
    corners.put("keyed", any(Charge.class, c -> c.getOrigin() == ChargeOrigin.MANUAL));
    corners.put("pseudo code", any(Charge.class, c -> c.getCpt().equals("COPAY")));
    corners.put("fee", any(Charge.class, c -> c.getCpt().equals("NOSHOW")));
    corners.put("Sunday", any(Visit.class, v -> v.getFinalizedOn().getDayOfWeek().getValue() == 7));
    corners.put("next month", any(Charge.class, c -> c.getCreatedOn().getDayOfMonth() == 1));
    corners.put("feed", any(Feed.class, f -> true));
    corners.put(
        "known late",
        facts -> facts.stream().anyMatch(t -> t.knownAt().isAfter(Facts.occurredAt(t.fact()))));
  }

  private static void collisions(Map<String, Predicate<List<TimedFact>>> corners) {
    corners.put("delivered twice", facts -> new HashSet<>(bare(facts)).size() < facts.size());
    corners.put(
        "equal versions of an entity",
        repeated(Charge.class, c -> key(c) + c.getChargeId() + c.getUpdatedAt()));
    corners.put(
        "equal versions of a visit",
        repeated(Visit.class, v -> key(v) + v.getVisitId() + v.getRevision() + v.getOccurredAt()));
    corners.put(
        "charge of an unknown visit",
        facts -> {
          Set<String> known = new HashSet<>();
          of(Visit.class, facts).forEach(v -> known.add(key(v) + v.getVisitId()));
          return of(Charge.class, facts)
              .anyMatch(
                  c -> c.getEmrVisitId() != null && !known.contains(key(c) + c.getEmrVisitId()));
        });
    corners.put(
        "one billing visit, two visits",
        spread(
            Charge.class,
            c -> c.getEmrVisitId() == null ? null : key(c) + c.getBillingVisitId(),
            Charge::getEmrVisitId));
    corners.put(
        "one billing visit, two dates",
        spread(Charge.class, c -> key(c) + c.getBillingVisitId(), Charge::getDateOfService));
    corners.put(
        "a chain that moves to another visit",
        spread(Charge.class, c -> key(c) + c.getOriginalChargeId(), Charge::getEmrVisitId));
    corners.put(
        "a chain of three",
        spread(3, Charge.class, c -> key(c) + c.getOriginalChargeId(), Charge::getChargeId));
    corners.put(
        "two visits on a day",
        spread(Visit.class, v -> key(v) + v.getDateOfService(), Visit::getVisitId));
    corners.put(
        "three visits on a day",
        spread(3, Visit.class, v -> key(v) + v.getDateOfService(), Visit::getVisitId));
    corners.put(
        "a visit whose date changes",
        spread(Visit.class, v -> key(v) + v.getVisitId(), Visit::getDateOfService));
    corners.put(
        "a visit id of two patients", spread(Visit.class, Visit::getVisitId, Visit::getPatientKey));
    corners.put("an id of two companies", spread(Visit.class, Visit::getVisitId, Visit::getTenant));
    corners.put(
        "a rejection that was never opened",
        facts -> {
          Set<String> opened = new HashSet<>();
          of(Rejection.class, facts)
              .filter(r -> r.getStatus() == RejectionStatus.OPEN)
              .forEach(r -> opened.add(key(r) + r.getRejectionId()));
          return of(Rejection.class, facts)
              .anyMatch(r -> !opened.contains(key(r) + r.getRejectionId()));
        });
    corners.put(
        "a rejection opened twice",
        facts -> {
          Map<String, Set<Instant>> opened = new HashMap<>();
          of(Rejection.class, facts)
              .filter(r -> r.getStatus() == RejectionStatus.OPEN)
              .forEach(
                  r ->
                      opened
                          .computeIfAbsent(key(r) + r.getRejectionId(), k -> new HashSet<>())
                          .add(r.getAt()));
          return opened.values().stream().anyMatch(times -> times.size() > 1);
        });
    corners.put(
        "other date than the visit's",
        facts -> {
          Map<String, LocalDate> dates = new HashMap<>();
          of(Visit.class, facts)
              .forEach(v -> dates.put(key(v) + v.getVisitId(), v.getDateOfService()));
          return of(Charge.class, facts)
              .anyMatch(
                  c ->
                      !c.getDateOfService()
                          .equals(
                              dates.getOrDefault(
                                  key(c) + c.getEmrVisitId(), c.getDateOfService())));
        });
  }

  private static boolean has(Visit visit, String cpt) {
    return visit.getLines().stream().anyMatch(line -> line.getCpt().equals(cpt));
  }

  private static String key(SpecificRecord fact) {
    return Facts.tenant(fact) + "|" + Facts.patientKey(fact) + "|";
  }

  private static List<SpecificRecord> bare(List<TimedFact> facts) {
    return facts.stream().map(TimedFact::fact).toList();
  }

  private static <T> Stream<T> of(Class<T> type, List<TimedFact> facts) {
    return facts.stream().map(TimedFact::fact).filter(type::isInstance).map(type::cast);
  }

  private static <T> Predicate<List<TimedFact>> any(Class<T> type, Predicate<T> corner) {
    return facts -> of(type, facts).anyMatch(corner);
  }

  private static <T> Predicate<List<TimedFact>> repeated(
      Class<T> type, Function<T, String> version) {
    return spread(type, version, fact -> fact);
  }

  private static <T> Predicate<List<TimedFact>> spread(
      Class<T> type, Function<T, String> key, Function<T, Object> value) {
    return spread(2, type, key, value);
  }

  /** Whether some key stands with several different values. */
  private static <T> Predicate<List<TimedFact>> spread(
      int atLeast, Class<T> type, Function<T, String> key, Function<T, Object> value) {
    return facts -> {
      Map<String, Set<Object>> values = new HashMap<>();
      of(type, facts)
          .filter(fact -> key.apply(fact) != null)
          .forEach(
              fact ->
                  values
                      .computeIfAbsent(key.apply(fact), k -> new HashSet<>())
                      .add(value.apply(fact)));
      return values.values().stream().anyMatch(seen -> seen.size() >= atLeast);
    };
  }
}
