package org.visitbalance.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.settings.Settings;

/**
 * The topology in a test driver, and how a transaction ends: with a commit, after which everybody
 * reads what was said and the stores stay as they are, or with a crash, after which nothing was
 * said and another process reads the same records again.
 */
final class CrashingService implements AutoCloseable {
  private static final Map<String, Topic<?>> TOPICS =
      Topics.ALL.stream().collect(Collectors.toMap(Topic::name, Function.identity()));

  private final Duration retention;
  private final int datesPerTick;
  private final @Nullable Rebuild rebuild;
  private final KeptStores stores = new KeptStores();
  private final OutputTables tables = new OutputTables();

  /** Settings and feeds: whoever starts reads all of them before anything else. */
  private final List<Consumer<Service>> global = new ArrayList<>();

  /** Facts and ticks since the last commit. */
  private final List<Consumer<Service>> uncommitted = new ArrayList<>();

  private Service service;

  CrashingService(Duration retention, int datesPerTick) {
    this(retention, datesPerTick, null);
  }

  /** One that rebuilds what an older program had. */
  CrashingService(Duration retention, int datesPerTick, @Nullable Rebuild rebuild) {
    this.retention = retention;
    this.datesPerTick = datesPerTick;
    this.rebuild = rebuild;
    this.service = start(Instant.EPOCH);
  }

  private Service start(Instant presentFrom) {
    return new Service(presentFrom, retention, datesPerTick, 1, stores, rebuild);
  }

  CrashingService settings(Settings document) {
    return take(global, life -> life.settings(document));
  }

  CrashingService settings(Settings document, Instant knownAt) {
    return take(global, life -> life.settings(document, knownAt));
  }

  CrashingService fact(SpecificRecord fact) {
    return take(
        fact instanceof org.visitbalance.fact.Feed ? global : uncommitted, life -> life.fact(fact));
  }

  CrashingService fact(SpecificRecord fact, Instant knownAt) {
    return take(uncommitted, life -> life.fact(fact, knownAt));
  }

  CrashingService tick(Instant at) {
    return take(uncommitted, life -> life.tick(at));
  }

  CrashingService tick(String at) {
    return tick(Instant.parse(at));
  }

  CrashingService settle(Instant at) {
    return take(uncommitted, life -> life.settle(at));
  }

  private CrashingService take(List<Consumer<Service>> log, Consumer<Service> input) {
    log.add(input);
    input.accept(service);
    return this;
  }

  CrashingService lookAround() {
    return take(uncommitted, Service::lookAround);
  }

  /** Ends the transaction; what was said in it. */
  List<Service.Out> commit() {
    List<Service.Out> said = service.said();
    said.forEach(out -> tables.put(TOPICS.get(out.topic()), out.key(), out.value()));
    stores.keep();
    uncommitted.clear();
    return said;
  }

  /** Another process goes on from the last commit. */
  CrashingService crash(Instant presentFrom) {
    service.close();
    service = start(presentFrom);
    global.forEach(input -> input.accept(service));
    uncommitted.forEach(input -> input.accept(service));
    return this;
  }

  /** What stands on the topics, as far as it is committed. */
  OutputTables tables() {
    return tables;
  }

  Board board() {
    return Board.of(tables);
  }

  @Override
  public void close() {
    service.close();
  }
}
