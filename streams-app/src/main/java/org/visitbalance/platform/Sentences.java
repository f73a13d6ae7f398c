package org.visitbalance.platform;

/** Describes problems in one line. */
public final class Sentences {
  private Sentences() {}

  /**
   * Returns the message of a problem, or that of its first cause with one, in one line; if there is
   * none, the class of the problem and where in the program it occurred.
   */
  public static String of(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      // A wrapper without its own message repeats its cause: the class and then the message.
      boolean isRepeated = cause.getCause() != null && cause.getCause().toString().equals(message);
      if (message != null && !message.isBlank() && !isRepeated) {
        return line(message);
      }
    }
    return unexpected(problem);
  }

  /** Returns the class of a problem, and where in the program it occurred. */
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
