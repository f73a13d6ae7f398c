package org.visitbalance.scenario;

/** Someone with a plan of care: comes again until its visits are done. */
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
