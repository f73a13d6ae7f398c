package org.visitbalance.lab.faults;

/** What can go wrong. */
enum FaultKind {
  KILL_INSTANCE("instance killed"),
  LOSE_STATE("instance killed, state lost"),
  FREEZE_INSTANCE("instance frozen, a zombie"),
  KILL_BROKER("broker killed"),
  KILL_REGISTRY("registry killed"),
  KILL_DATABASE("PostgreSQL killed"),
  KILL_ALERTS("alerts killed"),
  DROP_CONNECTIONS("connections dropped"),
  SLOW_CONNECTIONS("connections slow"),
  HALF_OPEN_CONNECTIONS("connections half open"),
  POISON("poison records"),
  WRONG_TICKS("wrong ticks"),
  CHANGE_SETTINGS("settings changed"),
  CLOSE_DAYS("days closed"),
  FULL_STATE_DISK("disk of the state full"),
  FULL_TABLE_DISK("disk of the tables full"),

  /** Comes once, and first. */
  UPGRADE("rolling upgrade");

  private final String words;

  FaultKind(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }
}
