package org.visitbalance.platform.registry;

/** The error codes of Confluent's protocol: the HTTP status, mostly followed by two more digits. */
public final class ErrorCodes {
  public static final int SUBJECT_NOT_FOUND = 40401;
  public static final int VERSION_NOT_FOUND = 40402;
  public static final int SCHEMA_NOT_FOUND = 40403;
  public static final int SUBJECT_DELETED = 40404;
  public static final int SUBJECT_NOT_DELETED = 40405;
  public static final int VERSION_DELETED = 40406;
  public static final int VERSION_NOT_DELETED = 40407;
  public static final int SUBJECT_HAS_NO_LEVEL = 40408;
  public static final int SUBJECT_HAS_NO_MODE = 40409;
  public static final int INCOMPATIBLE = 40901;
  public static final int INVALID_SCHEMA = 42201;
  public static final int INVALID_VERSION = 42202;
  public static final int INVALID_LEVEL = 42203;
  public static final int INVALID_MODE = 42204;
  public static final int NOT_PERMITTED = 42205;
  public static final int STORE_FAILED = 50001;

  private static final int LARGEST_STATUS = 599;

  private ErrorCodes() {}

  /** Returns the HTTP status of a code. */
  public static int status(int code) {
    return code <= LARGEST_STATUS ? code : code / 100;
  }
}
