package org.visitbalance.core;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;
import org.visitbalance.fact.Charge;
import org.visitbalance.fact.Decision;
import org.visitbalance.fact.Feed;
import org.visitbalance.fact.Note;
import org.visitbalance.fact.Rejection;
import org.visitbalance.fact.Transmission;
import org.visitbalance.fact.Visit;

/**
 * The kinds of facts, one row each: what every kind has, and which of its fields it is. Code that
 * does something else for each kind switches over them, so that a new kind cannot be forgotten.
 */
@SuppressWarnings("ImmutableEnumChecker") // The functions read fields and keep nothing.
public enum FactKind {
  VISIT(
      Visit::new,
      "emr.visits",
      Visit::getTenant,
      Visit::getPatientKey,
      Comparator.comparing(Visit::getVisitId),
      Visit::getRevision,
      Visit::getOccurredAt,
      Visit::getEventId,
      visit -> later(visit.getDateOfService(), visit.getFinalizedOn())),
  CHARGE(
      Charge::new,
      "billing.charges",
      Charge::getTenant,
      Charge::getPatientKey,
      Comparator.comparing(Charge::getChargeId),
      Charge::getUpdatedAt,
      Charge::getOccurredAt,
      Charge::getEventId,
      charge -> later(charge.getDateOfService(), charge.getCreatedOn())),
  REJECTION(
      Rejection::new,
      "billing.rejections",
      Rejection::getTenant,
      Rejection::getPatientKey,
      Comparator.comparing(Rejection::getRejectionId),
      Rejection::getAt,
      Rejection::getOccurredAt,
      Rejection::getEventId,
      rejection -> latest(rejection.getDateOfService(), rejection.getAt())),
  TRANSMISSION(
      Transmission::new,
      "emr.transmissions",
      Transmission::getTenant,
      Transmission::getPatientKey,
      Comparator.comparing(Transmission::getVisitId).thenComparing(Transmission::getKind),
      Transmission::getAt,
      Transmission::getOccurredAt,
      Transmission::getEventId,
      transmission -> Instants.utcDate(transmission.getAt())),
  NOTE(
      Note::new,
      "emr.notes",
      Note::getTenant,
      Note::getPatientKey,
      Comparator.comparing(Note::getNoteId),
      Note::getAt,
      Note::getOccurredAt,
      Note::getEventId,
      note -> latest(note.getDateOfService(), note.getAt())),
  DECISION(
      Decision::new,
      "balancing.decisions",
      Decision::getTenant,
      Decision::getPatientKey,
      VisitDecisions.BY_WHAT,
      Decision::getOccurredAt,
      Decision::getOccurredAt,
      Decision::getEventId,
      decision -> Instants.utcDate(decision.getOccurredAt())),
  FEED(
      Feed::new,
      "balancing.feeds",
      Feed::getTenant,
      Feed::getSource,
      Comparator.comparing(Feed::getSource),
      Feed::getCompleteUntil,
      Feed::getOccurredAt,
      Feed::getEventId,
      feed -> Instants.utcDate(feed.getCompleteUntil()));

  private static final ClassValue<FactKind> OF_CLASS =
      new ClassValue<>() {
        @Override
        protected FactKind computeValue(Class<?> type) {
          for (FactKind kind : values()) {
            if (kind.type == type) {
              return kind;
            }
          }
          throw new IllegalArgumentException("no fact: " + type.getSimpleName());
        }
      };

  private final String label = name().toLowerCase(Locale.ROOT);
  private final Supplier<? extends SpecificRecordBase> empty;
  private final Class<? extends SpecificRecordBase> type;
  private final String topic;
  private final Function<SpecificRecord, String> tenant;
  private final Function<SpecificRecord, Object> keyPart;
  private final Comparator<SpecificRecord> entity;
  private final Function<SpecificRecord, Comparable<Object>> version;
  private final Function<SpecificRecord, Instant> occurredAt;
  private final Function<SpecificRecord, String> eventId;
  private final Function<SpecificRecord, LocalDate> businessDate;

  /**
   * A row.
   *
   * @param empty makes a record in which nothing is set
   * @param topic its topic's name without an installation's prefix
   * @param keyPart what its key has after the tenant: the patient; of a feed, the source
   * @param entity equal for two facts of a tenant and patient about the same
   * @param version the first thing by which one of two facts about the same stands
   * @param businessDate see {@link Facts#businessDate}
   */
  @SuppressWarnings("unchecked") // Each function gets facts of its own kind only.
  <T extends SpecificRecordBase, V extends Comparable<V>> FactKind(
      Supplier<T> empty,
      String topic,
      Function<T, String> tenant,
      Function<T, ?> keyPart,
      Comparator<T> entity,
      Function<T, V> version,
      Function<T, Instant> occurredAt,
      Function<T, String> eventId,
      Function<T, LocalDate> businessDate) {
    this.empty = empty;
    this.type = empty.get().getClass();
    this.topic = topic;
    this.tenant = (Function<SpecificRecord, String>) (Function<?, ?>) tenant;
    this.keyPart = (Function<SpecificRecord, Object>) (Function<?, ?>) keyPart;
    this.entity = (Comparator<SpecificRecord>) (Comparator<?>) entity;
    this.version = (Function<SpecificRecord, Comparable<Object>>) (Function<?, ?>) version;
    this.occurredAt = (Function<SpecificRecord, Instant>) (Function<?, ?>) occurredAt;
    this.eventId = (Function<SpecificRecord, String>) (Function<?, ?>) eventId;
    this.businessDate = (Function<SpecificRecord, LocalDate>) (Function<?, ?>) businessDate;
  }

  /**
   * The kind of a fact.
   *
   * @throws IllegalArgumentException if the record is no fact
   */
  public static FactKind of(SpecificRecord fact) {
    return OF_CLASS.get(fact.getClass());
  }

  /** The name in JSON. */
  public String label() {
    return label;
  }

  public String topic() {
    return topic;
  }

  public Class<? extends SpecificRecordBase> type() {
    return type;
  }

  /** A record in which nothing is set. */
  public SpecificRecordBase empty() {
    return empty.get();
  }

  /** Whether facts of this kind are about a patient; a feed is about none. */
  public boolean isAboutPatient() {
    return this != FEED;
  }

  String tenant(SpecificRecord fact) {
    return tenant.apply(fact);
  }

  @Nullable String patientKey(SpecificRecord fact) {
    return isAboutPatient() ? (String) keyPart.apply(fact) : null;
  }

  Object keyPart(SpecificRecord fact) {
    return keyPart.apply(fact);
  }

  /** Whether two facts of this kind, tenant and patient are about the same. */
  boolean isOneEntity(SpecificRecord one, SpecificRecord other) {
    return entity.compare(one, other) == 0;
  }

  /** The id of what a fact of this kind is about, within its tenant and patient. */
  String entityName(SpecificRecord fact) {
    return switch (this) {
      case VISIT -> ((Visit) fact).getVisitId();
      case CHARGE -> ((Charge) fact).getChargeId();
      case REJECTION -> ((Rejection) fact).getRejectionId();
      case TRANSMISSION ->
          ((Transmission) fact).getKind() + "|" + ((Transmission) fact).getVisitId();
      case NOTE -> ((Note) fact).getNoteId();
      case DECISION, FEED -> "";
    };
  }

  Comparable<Object> version(SpecificRecord fact) {
    return version.apply(fact);
  }

  Instant occurredAt(SpecificRecord fact) {
    return occurredAt.apply(fact);
  }

  String eventId(SpecificRecord fact) {
    return eventId.apply(fact);
  }

  LocalDate businessDate(SpecificRecord fact) {
    return businessDate.apply(fact);
  }

  private static LocalDate later(LocalDate one, LocalDate other) {
    return other.isAfter(one) ? other : one;
  }

  /** The later one of a date of service, if there is one, and the UTC date of a moment. */
  private static LocalDate latest(@Nullable LocalDate dateOfService, Instant at) {
    return dateOfService == null
        ? Instants.utcDate(at)
        : later(dateOfService, Instants.utcDate(at));
  }
}
