package org.visitbalance.scenario;

/** A patient with a plan of care, who returns until its visits are done. */
final class Patient {
  final String key;
  final String caseId;
  final String therapistId;
  final String payerId;
  boolean evaluated;
  int visitsLeft;

  Patient(String key, String therapistId, String payerId, boolean evaluated, int visitsLeft) {
    this.key = key;
    this.caseId = "CS" + key;
    this.therapistId = therapistId;
    this.payerId = payerId;
    this.evaluated = evaluated;
    this.visitsLeft = visitsLeft;
  }
}
