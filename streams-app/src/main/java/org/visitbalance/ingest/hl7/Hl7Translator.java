package org.visitbalance.ingest.hl7;

import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.visitbalance.ingest.hl7.Hl7Reading.Dead;
import org.visitbalance.ingest.hl7.Hl7Reading.Use;
import org.visitbalance.text.Printable;

/** Turns messages of one sender into rows, as a profile says. Thread-safe. */
public final class Hl7Translator {
  private static final Set<String> PATIENTS = Set.of("A01", "A04", "A05", "A08", "A28", "A31");
  private static final Set<String> MERGES = Set.of("A18", "A34", "A36", "A40");
  private static final Set<String> BY_HAND = Set.of("A37", "A43", "A45");
  private static final Pattern NOTES = Pattern.compile("T(0[1-9]|10|11)");
  private static final int LONGEST = 100;

  private static final FieldRef WRITTEN = FieldRef.of("MSH-7");
  private static final FieldRef HAPPENED = FieldRef.of("EVN-2");
  private static final FieldRef APPLICATION = FieldRef.of("MSH-3");
  private static final FieldRef FACILITY = FieldRef.of("MSH-4");
  private static final FieldRef CONTROL = FieldRef.of("MSH-10");
  private static final FieldRef PRIOR = FieldRef.of("MRG-1");
  private static final FieldRef PRIOR_TYPE = FieldRef.of("MRG-1.5");
  private static final FieldRef NOW = FieldRef.of("PID-3");

  private final Hl7Profile profile;
  private final Hl7Source source;
  private final ZoneId zone;

  /**
   * A translator of a sender's messages.
   *
   * @param zone of times without an offset, unless the profile names one
   */
  public Hl7Translator(Hl7Profile profile, Hl7Source source, ZoneId zone) {
    this.profile = profile;
    this.source = source;
    ZoneId own = profile.zone();
    this.zone = own == null ? zone : own;
  }

  /**
   * Reads a message.
   *
   * @param bytes of the message
   * @param receivedAt when it was received
   * @param unnamed names the message in event ids where it has no MSH-10
   */
  public Hl7Reading read(byte[] bytes, Instant receivedAt, String unnamed) {
    String text = Hl7Text.of(bytes, profile.charset());
    return text == null
        ? broken(Hl7Text.whyNot(bytes), receivedAt)
        : read(text, receivedAt, unnamed);
  }

  /**
   * Reads the text of a message.
   *
   * @param text see {@link Hl7Text}
   * @param receivedAt when it was received
   * @param unnamed names the message in event ids where it has no MSH-10
   */
  public Hl7Reading read(String text, Instant receivedAt, String unnamed) {
    Hl7Message message;
    try {
      message = Hl7Message.of(text, profile.segments());
    } catch (Hl7Message.Broken e) {
      return broken(String.valueOf(e.getMessage()), receivedAt);
    }
    Hl7Draft draft =
        new Hl7Draft(
            profile, message, zone, receivedAt, at(message, receivedAt), event(message, unnamed));
    Use use = fill(draft);
    return draft.reading(kind(message), use, sender(message), control(message));
  }

  private static Hl7Reading broken(String why, Instant receivedAt) {
    Dead dead = new Dead(0, null, why);
    return new Hl7Reading(
        "?", Use.USED, "", "", receivedAt, List.of(), List.of(), 1, 0, 0, List.of(dead));
  }

  private Use fill(Hl7Draft draft) {
    Hl7Message message = draft.message();
    String trigger = message.trigger();
    switch (message.type()) {
      case "DFT" -> {
        if (isOfSeveral(draft, "PID", "PV1")) {
          return Use.USED;
        } else if (source == Hl7Source.EMR) {
          new Hl7Visit(draft).fill();
        } else {
          new Hl7Charges(draft).fill();
        }
        return draft.isEmpty() ? Use.UNUSED : Use.USED;
      }
      case "ADT" -> {
        if (PATIENTS.contains(trigger)) {
          return isOfSeveral(draft, "PID") || patient(draft) ? Use.USED : Use.UNUSED;
        } else if (MERGES.contains(trigger)) {
          merges(draft);
          return Use.USED;
        } else if (BY_HAND.contains(trigger)) {
          draft.dead(0, null, trigger + " moves or splits a patient; do what it says by hand");
          return Use.BY_HAND;
        }
        return Use.UNUSED;
      }
      case "MDM" -> {
        if (!NOTES.matcher(trigger).matches()) {
          return Use.UNUSED;
        }
        if (!isOfSeveral(draft, "PID", "PV1", "TXA")) {
          note(draft);
        }
        return Use.USED;
      }
      default -> {
        return Use.UNUSED;
      }
    }
  }

  private boolean patient(Hl7Draft draft) {
    FieldRule emr = profile.rule(Hl7Profile.PATIENT, "emrPatientId");
    FieldRule account = profile.rule(Hl7Profile.PATIENT, "patientKey");
    String id = emr.value(draft.message(), null);
    String key = account.value(draft.message(), null);
    if (id == null || key == null) {
      return false;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("emrPatientId", id);
    values.put("patientKey", key);
    draft.row(new Hl7Row("patient", false, values));
    return true;
  }

  /** Nothing says to which of several the rest of a message belongs. */
  private static boolean isOfSeveral(Hl7Draft draft, String... names) {
    for (String name : names) {
      if (draft.message().differs(name)) {
        draft.dead(0, name, "is there twice and differs; send each in a message of its own");
        return true;
      }
    }
    return false;
  }

  private void merges(Hl7Draft draft) {
    List<Hl7Segment> into = draft.message().all("PID");
    List<Hl7Segment> from = draft.message().all("MRG");
    if (into.size() <= 1 && from.size() <= 1) {
      merge(draft, draft.message());
    } else if (into.size() != from.size()) {
      draft.dead(
          0,
          Hl7Profile.MERGE,
          "has "
              + into.size()
              + " PID but "
              + from.size()
              + " MRG; do by hand what the message says");
    } else {
      for (int i = 0; i < into.size(); i++) {
        merge(draft, draft.message().with(into.get(i), from.get(i)));
      }
    }
  }

  private void merge(Hl7Draft draft, Hl7Message message) {
    boolean found = merge(draft, message, false, "fromPatientKey", "patientKey");
    found |= merge(draft, message, true, "fromEmrPatientId", "emrPatientId");
    String from = message.get(PRIOR);
    String into = message.get(NOW);
    if (!found && from != null && into != null && message.get(PRIOR_TYPE) == null) {
      found = draft.merge(new Hl7Merge(false, from, into));
    }
    if (!found) {
      draft.dead(
          0,
          Hl7Profile.MERGE,
          "does not name both patients by ids of one type; map fromPatientKey and patientKey of"
              + " merge");
    }
  }

  private boolean merge(
      Hl7Draft draft, Hl7Message message, boolean isEmr, String fromField, String intoField) {
    String from = profile.rule(Hl7Profile.MERGE, fromField).value(message, null);
    String into = profile.rule(Hl7Profile.MERGE, intoField).value(message, null);
    return from != null && into != null && draft.merge(new Hl7Merge(isEmr, from, into));
  }

  private static void note(Hl7Draft draft) {
    Hl7Fields fields = draft.fields(Hl7Profile.NOTE, null, 0);
    fields.text("noteId");
    boolean isTranslated = fields.patient();
    fields.text("clinicId");
    fields.optional("posCode");
    fields.date("dateOfService");
    fields.optional("therapistId");
    if ("CANCELLED".equals(fields.said("availability"))) {
      fields.put("status", "CANCELLED");
    } else {
      fields.text("status");
    }
    fields.instant("at");
    fields.put("eventId", draft.eventId(1));
    fields.finish("note", isTranslated);
  }

  private Instant at(Hl7Message message, Instant receivedAt) {
    for (FieldRef place : List.of(WRITTEN, HAPPENED)) {
      String said = message.get(place);
      Instant at = said == null ? null : Hl7Moment.instant(said, zone, receivedAt);
      if (at != null) {
        return at;
      }
    }
    return receivedAt;
  }

  private static String kind(Hl7Message message) {
    String kind = message.type() + "^" + message.trigger();
    // What is no code of HL7 may be anything, also a name.
    return kind.matches("[A-Z]{3}\\^[A-Z0-9]{0,3}") ? kind : "?";
  }

  private static String sender(Hl7Message message) {
    String facility = message.get(FACILITY);
    String name = facility == null ? message.get(APPLICATION) : facility;
    return name == null ? "" : name;
  }

  private static String control(Hl7Message message) {
    String control = message.get(CONTROL);
    return control == null ? "" : control;
  }

  private static String event(Hl7Message message, String unnamed) {
    String control = control(message);
    return "hl7:"
        + Printable.begin(sender(message), LONGEST)
        + ":"
        + (control.isEmpty() ? unnamed : Printable.begin(control, LONGEST))
        + ":";
  }
}
