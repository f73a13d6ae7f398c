package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Decision;
import org.visitbalance.state.BillingVisit;
import org.visitbalance.state.ChainPlace;
import org.visitbalance.state.DateSheet;
import org.visitbalance.state.DateVerdict;
import org.visitbalance.state.RejectionRegister;
import org.visitbalance.state.Retained;
import org.visitbalance.state.VisitFile;

/** Keeps a patient's entries in memory. Not thread-safe. */
public final class MemoryStore implements PatientStore {
  /** In order of time; a comparator made of lambdas would cost more than everything else here. */
  private record Sent(Instant at, String visitId) implements Comparable<Sent> {
    @Override
    public int compareTo(Sent other) {
      int order = at.compareTo(other.at);
      return order != 0 ? order : visitId.compareTo(other.visitId);
    }
  }

  private final Map<String, VisitFile> files = new HashMap<>(4);
  private final Map<LocalDate, DateSheet> sheets = new HashMap<>(4);
  private final Map<String, ChainPlace> places = new HashMap<>(4);
  private final Map<String, String> chains = new HashMap<>(0);
  private final Map<String, BillingVisit> billingVisits = new HashMap<>(4);
  private final Map<LocalDate, DateVerdict> verdicts = new HashMap<>(0);

  /** Sorted; facts mostly arrive in this order, so most are added at the end. */
  private final List<Sent> sent = new ArrayList<>(4);

  private List<RejectionRegister> rejections = List.of();
  private List<Decision> decisions = List.of();
  private @Nullable Retained retained;

  @Override
  public @Nullable VisitFile file(String visitId) {
    return files.get(visitId);
  }

  @Override
  public void putFile(String visitId, @Nullable VisitFile file) {
    put(files, visitId, file);
  }

  @Override
  public @Nullable DateSheet sheet(LocalDate date) {
    return sheets.get(date);
  }

  @Override
  public void putSheet(LocalDate date, @Nullable DateSheet sheet) {
    put(sheets, date, sheet);
  }

  @Override
  public @Nullable ChainPlace place(String chainId) {
    return places.get(chainId);
  }

  @Override
  public void putPlace(String chainId, @Nullable ChainPlace place) {
    put(places, chainId, place);
  }

  @Override
  public @Nullable String chainOf(String chargeId) {
    return chains.get(chargeId);
  }

  @Override
  public void putChainOf(String chargeId, @Nullable String chainId) {
    put(chains, chargeId, chainId);
  }

  @Override
  public @Nullable BillingVisit billingVisit(String billingVisitId) {
    return billingVisits.get(billingVisitId);
  }

  @Override
  public void putBillingVisit(String billingVisitId, @Nullable BillingVisit visit) {
    put(billingVisits, billingVisitId, visit);
  }

  @Override
  public List<RejectionRegister> rejections() {
    return rejections;
  }

  @Override
  public void putRejections(List<RejectionRegister> rejections) {
    this.rejections = rejections;
  }

  @Override
  public List<Decision> decisions() {
    return decisions;
  }

  @Override
  public void putDecisions(List<Decision> decisions) {
    this.decisions = decisions;
  }

  @Override
  public @Nullable Retained retained() {
    return retained;
  }

  @Override
  public void putRetained(@Nullable Retained changed) {
    retained = changed;
  }

  @Override
  public @Nullable DateVerdict verdict(LocalDate date) {
    return verdicts.get(date);
  }

  @Override
  public void putVerdict(LocalDate date, @Nullable DateVerdict verdict) {
    put(verdicts, date, verdict);
  }

  @Override
  public void putSent(String visitId, @Nullable Instant before, @Nullable Instant after) {
    if (before != null) {
      sent.remove(Collections.binarySearch(sent, new Sent(before, visitId)));
    }
    if (after != null) {
      Sent entry = new Sent(after, visitId);
      sent.add(-Collections.binarySearch(sent, entry) - 1, entry);
    }
  }

  @Override
  public List<String> sentSince(Instant moment) {
    List<String> ids = new ArrayList<>();
    int position = Collections.binarySearch(sent, new Sent(moment, ""));
    for (Sent entry : sent.subList(position < 0 ? -position - 1 : position, sent.size())) {
      ids.add(entry.visitId());
    }
    return ids;
  }

  @Override
  public Set<String> visitIds() {
    return Set.copyOf(files.keySet());
  }

  @Override
  public Set<LocalDate> dates() {
    return Set.copyOf(sheets.keySet());
  }

  @Override
  public Set<String> billingVisitIds() {
    return Set.copyOf(billingVisits.keySet());
  }

  private static <K, V> void put(Map<K, V> map, K key, @Nullable V value) {
    if (value == null) {
      map.remove(key);
    } else {
      map.put(key, value);
    }
  }
}
