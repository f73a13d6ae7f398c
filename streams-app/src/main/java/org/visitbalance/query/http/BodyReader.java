package org.visitbalance.query.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.visitbalance.platform.Deadline;
import org.visitbalance.query.commands.FactsRoute;
import org.visitbalance.query.request.Problem;
import org.visitbalance.query.request.RequestContext;

/**
 * Reads the body of a request before the request takes a place at the database. A slow sender holds
 * only one of the places for bodies, and only for as long as it sends fast enough.
 */
final class BodyReader {
  /** The smallest number of bytes per second, of a body that takes longer than the window. */
  private static final int SLOWEST = 16 << 10;

  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final long PATIENCE_MS = 500;
  private static final int CHUNK = 16 << 10;

  /** The number of requests with a body at the same time: each holds its body in memory. */
  private final Semaphore places = new Semaphore(12);

  /** The same for files, which are larger. */
  private final Semaphore filePlaces = new Semaphore(2);

  /** What is done while the body is in memory. */
  interface Work {
    void run() throws Exception;
  }

  /**
   * Reads the body, if the method has one, and keeps its place until the work is done.
   *
   * @param mostFileBytes the most bytes of a body that is a file of any form; 0: it is text
   */
  void with(Context http, int mostFileBytes, Work work) throws Exception {
    if (http.method().equals(HandlerType.GET) || http.method().equals(HandlerType.HEAD)) {
      work.run();
      return;
    }
    boolean isFile = mostFileBytes > 0;
    Semaphore own = isFile ? filePlaces : places;
    if (!own.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
      throw Problem.busy("Too many requests at the same time. Try again in a second.");
    }
    try {
      byte[] body = read(http, isFile ? mostFileBytes : FactsRoute.MOST_BYTES);
      http.attribute(RequestContext.BODY, isFile ? body : readable(body));
      work.run();
    } finally {
      own.release();
    }
  }

  private static byte[] read(Context http, int most) {
    EndPoint endPoint =
        ServletContextRequest.getServletContextRequest(http.req())
            .getConnectionMetaData()
            .getConnection()
            .getEndPoint();
    long before = endPoint.getIdleTimeout();
    endPoint.setIdleTimeout(WINDOW.toMillis());
    try (InputStream in = http.req().getInputStream()) {
      return read(in, most);
    } catch (IOException e) {
      throw slow();
    } finally {
      endPoint.setIdleTimeout(before);
    }
  }

  private static byte[] read(InputStream in, int most) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    Deadline window = Deadline.in(WINDOW);
    int before = 0;
    for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
      body.write(chunk, 0, size);
      if (body.size() > most) {
        throw Problem.of(
            413,
            "Content too large",
            most > FactsRoute.MOST_BYTES
                ? "The file is larger than 64 MiB. Put it into the intake folder."
                : "The body is too large. Send it in parts.");
      } else if (window.isOver()) {
        if (body.size() - before < SLOWEST * WINDOW.toSeconds()) {
          throw slow();
        }
        window = Deadline.in(WINDOW);
        before = body.size();
      }
    }
    return body.toByteArray();
  }

  private static Problem slow() {
    return Problem.of(
        408,
        "Request timeout",
        "The body did not arrive, or arrived too slowly. Send at least 16 KiB per second.");
  }

  /** Spreadsheets and PowerShell write UTF-16, in which every other byte of plain text is 0. */
  private static byte[] readable(byte[] body) {
    if (body.length >= 2 && (body[0] == 0 || body[1] == 0 || isMark(body))) {
      throw Problem.of(
          415, "Unsupported media type", "The body is UTF-16 or not text. Save it as UTF-8.");
    }
    return body;
  }

  private static boolean isMark(byte[] body) {
    int mark = ((body[0] & 0xff) << 8) | (body[1] & 0xff);
    return mark == 0xfffe || mark == 0xfeff;
  }
}
