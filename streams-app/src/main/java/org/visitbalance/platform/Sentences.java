package org.visitbalance.platform;

/** What is said of problems. */
public final class Sentences {
  private Sentences() {}

  /**
   * What a problem says, or the first of its causes that says something, in one line; where nothing
   * does, what kind of problem it is and where the program met it.
   */
  public static String of(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      // A message that a wrapper has made of its cause is the cause's class, and then its message.
      boolean isRepeated = cause.getCause() != null && cause.getCause().toString().equals(message);
      if (message != null && !message.isBlank() && !isRepeated) {
        return line(message);
      }
    }
    return unexpected(problem);
  }

  /** Which kind a problem is of, and where the program met it. */
  public static String unexpected(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    StringBuilder said = new StringBuilder(root.getClass().getSimpleName());
    for (StackTraceElement frame : root.getStackTrace()) {
      if (frame.getClassName().startsWith("org.visitbalance.")) {
        return said.append(" at ").append(frame).toString();
      }
    }
    return said.toString();
  }

  private static String line(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
