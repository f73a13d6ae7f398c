package org.visitbalance.cli.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.intake.Intake;
import org.visitbalance.intake.IntakeStatus;
import org.visitbalance.intake.sftp.SftpPuller;
import org.visitbalance.platform.PeriodicTask;

/** Serves the health and the metrics of intake over HTTP. Shows no content of a file. */
final class IntakeHealth implements AutoCloseable {
  private final @Nullable HttpServer server;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "intake-health");
            thread.setDaemon(true);
            return thread;
          });

  private IntakeHealth(@Nullable HttpServer server) {
    this.server = server;
  }

  /**
   * Opens the port. Nothing is answered yet.
   *
   * @param port the port to listen on; null for no server
   * @throws InputException if the address or the port cannot be used
   */
  static IntakeHealth at(String host, @Nullable Integer port) {
    if (port == null) {
      return new IntakeHealth(null);
    }
    try {
      return new IntakeHealth(
          HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0));
    } catch (IOException | IllegalArgumentException e) {
      throw new InputException(
          "--health-port " + port + " cannot be used on " + host + ": " + e.getMessage(), e);
    }
  }

  /** Starts to answer. */
  void begin(RunningIntake running) {
    if (server == null) {
      return;
    }
    Intake intake = running.intake();
    PeriodicTask task = running.task();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    gauge(meters, "well", "1 while intake works, otherwise 0.", task, IntakeHealth::well);
    gauge(meters, "waiting", "Files in the folders that are not whole yet.", intake, WAITING);
    gauge(meters, "working", "Files that are being read or sent.", intake, WORKING);
    gauge(meters, "done", "Files that were read.", intake, DONE);
    gauge(meters, "quarantined", "Refused files that still need work.", intake, QUARANTINED);
    gauge(
        meters,
        "missing",
        "Expected files that have not come in time.",
        intake,
        one -> one.missing().size());
    for (SftpPuller puller : running.pullers()) {
      Gauge.builder("visit_balance_intake_sftp_well", puller, IntakeHealth::well)
          .description("1 while the files of the server can be fetched, otherwise 0.")
          .tag("sftp", puller.name())
          .register(meters);
    }
    server.createContext("/health", exchange -> health(exchange, running));
    server.createContext("/metrics", exchange -> answer(exchange, 200, meters.scrape()));
    server.setExecutor(threads);
    server.start();
  }

  private static final ToDoubleFunction<Intake> WAITING = of(IntakeStatus::waiting);
  private static final ToDoubleFunction<Intake> WORKING = of(IntakeStatus::working);
  private static final ToDoubleFunction<Intake> DONE = of(IntakeStatus::done);
  private static final ToDoubleFunction<Intake> QUARANTINED = of(IntakeStatus::quarantined);

  private static ToDoubleFunction<Intake> of(ToDoubleFunction<IntakeStatus> figure) {
    return intake -> figure.applyAsDouble(intake.status());
  }

  private static double well(PeriodicTask task) {
    return task.status().problem() == null ? 1 : 0;
  }

  private static double well(SftpPuller puller) {
    return puller.trouble() == null ? 1 : 0;
  }

  private static <T> void gauge(
      PrometheusMeterRegistry meters, String name, String says, T of, ToDoubleFunction<T> figure) {
    Gauge.builder("visit_balance_intake_" + name, of, figure).description(says).register(meters);
  }

  private static void health(HttpExchange exchange, RunningIntake running) throws IOException {
    String problem = running.problem();
    if (problem == null) {
      answer(exchange, 200, "ok\n");
    } else {
      answer(exchange, 503, "intake " + problem + "\n");
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }
}
