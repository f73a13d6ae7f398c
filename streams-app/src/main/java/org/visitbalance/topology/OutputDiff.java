package org.visitbalance.topology;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.Items;
import org.visitbalance.core.Revision.Change;
import org.visitbalance.core.TenantSettings;
import org.visitbalance.insight.Insights;
import org.visitbalance.insight.VisitTraits;
import org.visitbalance.output.Discrepancy;
import org.visitbalance.output.DiscrepancyStatus;
import org.visitbalance.output.Granularity;
import org.visitbalance.output.Item;
import org.visitbalance.output.UnitVariance;
import org.visitbalance.output.VisitIds;
import org.visitbalance.state.CapSample;
import org.visitbalance.state.Contribution;
import org.visitbalance.state.Judgement;
import org.visitbalance.topology.PreviousOutputs.Place;

/**
 * What a patient's changed judgements report on the topics: each key whose value has changed, once.
 * All changes of one revision are taken together, so that for a visit that moves from one date to
 * another only its actual changes are reported.
 */
final class OutputDiff {
  /** Takes the outputs. */
  @FunctionalInterface
  interface Sink {
    void say(Topic<?> topic, @Nullable String key, @Nullable SpecificRecord value);
  }

  private final String tenant;
  private final String patientKey;
  private final TenantSettings settings;
  private final Instant now;
  private final Sink sink;
  private final Postings postings;

  OutputDiff(
      String tenant,
      String patientKey,
      TenantSettings settings,
      Instant now,
      Sink sink,
      Postings postings) {
    this.tenant = tenant;
    this.patientKey = patientKey;
    this.settings = settings;
    this.now = now;
    this.sink = sink;
    this.postings = postings;
  }

  void say(List<Change> changes) {
    say(changes, new LinkedHashMap<>());
  }

  /**
   * The same of visits that an older program reported, too.
   *
   * @param before what it reported, as far as it is compared; modified
   */
  void say(List<Change> changes, Map<Place, SpecificRecord> before) {
    Map<Place, SpecificRecord> after = new LinkedHashMap<>();
    for (Change change : changes) {
      if (change.before() != null) {
        collect(change.before(), before);
      }
      if (change.after() != null) {
        collect(change.after(), after);
      }
      enter(change);
      postSamples(change.before(), change.after());
    }
    after.forEach(
        (place, value) -> {
          if (!Objects.equals(value, before.remove(place))) {
            sink.say(place.topic(), place.key(), value);
          }
        });
    before.forEach(
        (place, value) -> {
          SpecificRecord gone = gone(value);
          if (!value.equals(gone)) {
            sink.say(place.topic(), place.key(), gone);
          }
        });
  }

  /**
   * Reports only the open discrepancies of visits that have left, where they were not reported so;
   * everything else that was reported about them stays. Among them are those that an older program
   * reported and that no longer hold. What the visits add to the books is posted.
   *
   * @param reported what an older program reported about the patient
   * @return the ids of the discrepancies that are marked
   */
  Set<String> sayLeft(List<Change> changes, Map<Place, SpecificRecord> reported) {
    Set<String> tokens = new HashSet<>();
    Set<Place> found = new HashSet<>();
    Set<String> marked = new HashSet<>();
    for (Change change : changes) {
      enter(change);
      postSamples(change.before(), change.after());
      if (change.after() != null) {
        tokens.add(change.after().getToken());
        for (Discrepancy one : change.after().getDiscrepancies()) {
          Place place = new Place(Topics.VISIT_DISCREPANCIES, one.getId());
          found.add(place);
          if (one.getLeftAt() != null && !Objects.equals(reported.get(place), one)) {
            marked.add(one.getId());
            sink.say(place.topic(), place.key(), one);
          }
        }
      }
    }
    Map<Place, SpecificRecord> others = new LinkedHashMap<>(reported);
    others.keySet().removeAll(found);
    others.values().removeIf(value -> !tokens.contains(PreviousOutputs.token(value)));
    marked.addAll(sayLeft(others));
    return marked;
  }

  /** Marks what an older program reported as open about visits that have left. */
  Set<String> sayLeft(Map<Place, SpecificRecord> reported) {
    Set<String> marked = new HashSet<>();
    reported.forEach(
        (place, value) -> {
          if (value instanceof Discrepancy one
              && one.getStatus() == DiscrepancyStatus.OPEN
              && one.getLeftAt() == null) {
            marked.add(one.getId());
            sink.say(
                place.topic(), place.key(), Discrepancy.newBuilder(one).setLeftAt(now).build());
          }
        });
    return marked;
  }

  /**
   * Returns what is reported in place of something that no longer applies. A token keeps its
   * meaning.
   */
  private @Nullable SpecificRecord gone(SpecificRecord value) {
    if (value instanceof Discrepancy discrepancy) {
      boolean isOver =
          discrepancy.getStatus() == DiscrepancyStatus.RESOLVED
              && discrepancy.getAcceptedBecause() == null;
      // What has left was reported for the last time.
      return isOver || discrepancy.getLeftAt() != null
          ? discrepancy
          : Discrepancy.newBuilder(discrepancy)
              .setStatus(DiscrepancyStatus.RESOLVED)
              .setResolvedAt(now)
              .setAssignee(null)
              .setAcceptedBecause(null)
              .build();
    }
    return value instanceof VisitIds ? value : null;
  }

  private void collect(Judgement judgement, Map<Place, SpecificRecord> said) {
    String token = judgement.getToken();
    String visit = Keys.of(tenant, token);
    for (Item item : Items.of(tenant, judgement)) {
      String key =
          Keys.of(
              tenant,
              item.getLocation(),
              item.getGranularity(),
              item.getFrom(),
              item.getList(),
              token);
      said.put(new Place(Topics.ITEMS, key), item);
    }
    if (judgement.getSummary() != null) {
      said.put(new Place(Topics.VISIT_SUMMARIES, visit), judgement.getSummary());
    }
    if (judgement.getLateArrival() != null) {
      said.put(new Place(Topics.LATE_ARRIVALS, visit), judgement.getLateArrival());
    }
    for (UnitVariance variance : judgement.getVariances()) {
      said.put(
          new Place(Topics.UNIT_VARIANCES, Keys.of(tenant, token, variance.getCpt())), variance);
    }
    for (Discrepancy discrepancy : judgement.getDiscrepancies()) {
      said.put(new Place(Topics.VISIT_DISCREPANCIES, discrepancy.getId()), discrepancy);
    }
    VisitIds ids = Items.ids(tenant, patientKey, judgement);
    if (ids != null) {
      said.put(new Place(Topics.VISIT_IDS, visit), ids);
    }
  }

  /** Posts what a change adds to the books and removes from them. */
  private void enter(Change change) {
    VisitTraits was = VisitTraits.of(change.before());
    VisitTraits is = VisitTraits.of(change.after());
    if (!Objects.equals(was, is)) {
      post(was, -1);
      post(is, 1);
    }
    List<Contribution> old =
        change.before() == null
            ? new ArrayList<>()
            : new ArrayList<>(change.before().getContributions());
    if (change.after() != null) {
      for (Contribution contribution : change.after().getContributions()) {
        if (!old.remove(contribution)) {
          post(contribution, 1);
        }
      }
    }
    old.forEach(contribution -> post(contribution, -1));
  }

  /**
   * Posts to the book of the period; if the location is unmapped, also to the book of the location.
   */
  private void post(Contribution contribution, int times) {
    String location = contribution.getLocation();
    Granularity granularity = contribution.getGranularity();
    postings.add(
        Keys.of(tenant, location, granularity, contribution.getFrom()), contribution, times, now);
    if (granularity == Granularity.DAY && TenantSettings.isUnmapped(location)) {
      postings.add(Keys.of(tenant, location), contribution, times, now);
    }
  }

  private void post(@Nullable VisitTraits visit, int times) {
    if (visit != null && !Insights.isOver(visit.finalizedOn(), now)) {
      postings.add(Keys.of(tenant, visit.location(), visit.finalizedOn()), visit, times);
    }
  }

  private void postSamples(@Nullable Judgement before, @Nullable Judgement after) {
    List<CapSample> old =
        before == null ? new ArrayList<>() : new ArrayList<>(before.getCapSamples());
    if (after != null) {
      for (CapSample sample : after.getCapSamples()) {
        if (!old.remove(sample)) {
          post(sample, 1);
        }
      }
    }
    old.forEach(sample -> post(sample, -1));
  }

  private void post(CapSample sample, int times) {
    postings.add(
        Keys.of(tenant, sample.getPayerId(), sample.getCpt(), sample.getMonth()),
        sample,
        times,
        settings.ruledCap(sample.getPayerId(), sample.getCpt(), sample.getMonth()));
  }

  /** Tells the books of caps which rules the settings now have, although no visit has changed. */
  void ruleAgain(List<Judgement> judgements) {
    for (Judgement judgement : judgements) {
      judgement.getCapSamples().forEach(sample -> post(sample, 0));
    }
  }
}
