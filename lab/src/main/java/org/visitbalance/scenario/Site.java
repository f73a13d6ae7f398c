package org.visitbalance.scenario;

import java.util.ArrayList;
import java.util.List;

/**
 * A site of a company, as the EMR and billing call it.
 *
 * @param clinicId the EMR's clinic
 * @param posCode the CMS place-of-service code
 * @param locationId billing's Place of Service
 */
public record Site(String clinicId, String posCode, String locationId) {
  private static final List<String> POS_CODES = List.of("11", "12", "10", "13", "31");
  private static final List<String> SUFFIXES = List.of("", "-HOME", "-TELE", "-ALF", "-SNF");

  /** Returns the sites of a company with this many clinics: C01 at L01, L01-HOME and so on. */
  static List<Site> of(int clinics, int locationsPerClinic) {
    List<Site> sites = new ArrayList<>();
    for (int clinic = 1; clinic <= clinics; clinic++) {
      String number = clinic < 10 ? "0" + clinic : String.valueOf(clinic);
      for (int i = 0; i < Math.min(locationsPerClinic, POS_CODES.size()); i++) {
        sites.add(new Site("C" + number, POS_CODES.get(i), "L" + number + SUFFIXES.get(i)));
      }
    }
    return List.copyOf(sites);
  }
}
