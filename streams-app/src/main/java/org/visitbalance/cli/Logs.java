package org.visitbalance.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.visitbalance.ingest.InputException;
import org.visitbalance.platform.Sentences;

/**
 * The log of long-running commands: on standard error, one JSON object per line. Commands that end
 * by themselves print their own messages and log nothing.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  private static final List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG");

  /** The text format, in which a message is always one line. */
  static final String TEXT =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC} %-5level %logger{20}"
          + " %replace(%msg %kvp){'[\\x00-\\x1f\\x7f-\\x9f]', ' '}%n";

  private static final List<String> FORMATS = List.of("json", "text");

  /**
   * These would log the content of requests, messages, or of what a server sends, which may be
   * anything; the API, the HL7 listeners, and the SFTP client log their own failures.
   */
  private static final List<String> TELLTALES =
      List.of("org.eclipse.jetty", "io.javalin", "org.apache.sshd", "ca.uhn.hl7v2");

  /** Warns each time the end of a partition is looked up that its consumer does not read. */
  private static final String CHATTERER =
      "org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils";

  /**
   * Called by the service loader, before Logback looks for a configuration file: everything is
   * silent at first.
   */
  public Logs() {}

  @Override
  public ExecutionStatus configure(LoggerContext logs) {
    logs.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Starts the log: warnings of the libraries, and messages of Visit Balance at the configured
   * level.
   *
   * @throws InputException if a setting has a value that is not allowed
   */
  public static void begin(Environment environment) {
    String level = one(environment, Setting.LOG_LEVEL, LEVELS).toUpperCase(Locale.ROOT);
    String format = one(environment, Setting.LOG_FORMAT, FORMATS);
    LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(logs);
    appender.setTarget("System.err");
    appender.setEncoder(encoder(logs, format.equals("json")));
    RepeatedWarnings repeated = new RepeatedWarnings();
    repeated.setContext(logs);
    repeated.start();
    appender.addFilter(repeated);
    appender.start();
    ch.qos.logback.classic.Logger root = logs.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    logs.getLogger("org.visitbalance").setLevel(Level.valueOf(level));
    logs.getLogger(CHATTERER).setLevel(Level.ERROR);
    TELLTALES.forEach(name -> logs.getLogger(name).setLevel(Level.OFF));
    Thread.setDefaultUncaughtExceptionHandler(Logs::uncaught);
  }

  /** Logs a thread that ends because of a fault in the format of the log. */
  private static void uncaught(Thread thread, Throwable problem) {
    LoggerFactory.getLogger(Logs.class)
        .atError()
        .addKeyValue("thread", thread.getName())
        .addKeyValue("problem", Sentences.unexpected(problem))
        .log("a thread has ended because of a fault");
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext logs, boolean isJson) {
    if (isJson) {
      JsonEncoder json = new JsonEncoder();
      json.setContext(logs);
      json.setWithFormattedMessage(true);
      json.setWithMessage(false);
      json.setWithArguments(false);
      json.setWithSequenceNumber(false);
      json.setWithNanoseconds(false);
      json.setWithContext(false);
      json.start();
      return json;
    }
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setContext(logs);
    text.setPattern(TEXT);
    text.start();
    return text;
  }

  private static String one(Environment environment, Setting setting, List<String> allowed) {
    String value = environment.need(setting, setting.doc());
    if (allowed.stream().noneMatch(value::equalsIgnoreCase)) {
      throw new InputException(
          setting.variable() + " must be one of " + String.join(", ", allowed) + ", not " + value);
    }
    return value.toLowerCase(Locale.ROOT);
  }
}
