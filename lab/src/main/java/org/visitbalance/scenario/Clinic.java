package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;

/** A clinic's sites and therapists, and its returning patients by day. */
final class Clinic {
  /** One more than the largest number of days after which a patient returns. */
  private static final int RING = 8;

  final String id;
  final List<Site> sites;
  final List<String> therapists;
  private final List<List<Patient>> comingBack = new ArrayList<>();

  Clinic(String id, List<Site> sites, List<String> therapists) {
    this.id = id;
    this.sites = sites;
    this.therapists = therapists;
    for (int i = 0; i < RING; i++) {
      comingBack.add(new ArrayList<>());
    }
  }

  /** Groups the sites of a company by clinic. */
  static List<Clinic> of(ScenarioOptions options) {
    List<Clinic> clinics = new ArrayList<>();
    List<String> ids = options.sites().stream().map(Site::clinicId).distinct().toList();
    for (int i = 0; i < ids.size(); i++) {
      String id = ids.get(i);
      List<String> therapists = new ArrayList<>();
      for (int j = 1; j <= options.therapistsPerClinic(); j++) {
        therapists.add("TH" + (100 * (i + 1) + j));
      }
      clinics.add(
          new Clinic(
              id,
              options.sites().stream().filter(site -> site.clinicId().equals(id)).toList(),
              therapists));
    }
    return clinics;
  }

  void askBack(Patient patient, long epochDay) {
    comingBack.get(slot(epochDay)).add(patient);
  }

  /** Returns the patients who are due, and removes them from the schedule. */
  List<Patient> takeDue(long epochDay) {
    int slot = slot(epochDay);
    List<Patient> due = comingBack.get(slot);
    comingBack.set(slot, new ArrayList<>());
    return due;
  }

  /** Returns another therapist of the clinic, or one from elsewhere if the clinic has no other. */
  String otherThan(String therapistId, SeededRandom random) {
    int own = therapists.indexOf(therapistId);
    return therapists.size() < 2
        ? "TH999"
        : therapists.get((own + 1 + random.below(therapists.size() - 1)) % therapists.size());
  }

  private static int slot(long epochDay) {
    return Math.floorMod(epochDay, RING);
  }
}
