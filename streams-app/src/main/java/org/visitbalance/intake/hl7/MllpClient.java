package org.visitbalance.intake.hl7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Sends messages over MLLP, and reads the answers. Not thread-safe. */
public final class MllpClient implements AutoCloseable {
  private static final int CONNECT_MS = 10_000;
  private static final int ANSWER_MS = 120_000;
  private static final int PIECE = 1 << 14;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final MllpDecoder decoder = new MllpDecoder();
  private final Deque<byte[]> answers = new ArrayDeque<>();
  private final byte[] piece = new byte[PIECE];

  /**
   * An answer.
   *
   * @param code such as AA
   * @param control MSH-10 of the message that is answered
   */
  public record Answer(String code, String control, String text) {
    static Answer of(byte[] message) {
      for (String segment : new String(message, ISO_8859_1).split("[\r\n]+", -1)) {
        if (segment.startsWith("MSA") && segment.length() > 4) {
          String[] fields = segment.split(Pattern.quote(segment.substring(3, 4)), -1);
          return new Answer(
              fields[1], fields.length > 2 ? fields[2] : "", fields.length > 3 ? fields[3] : "");
        }
      }
      return new Answer("?", "", "no MSA segment");
    }
  }

  private MllpClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(ANSWER_MS);
    in = socket.getInputStream();
    out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
  }

  /**
   * Connects to a listener.
   *
   * @param tls null for a plain connection
   */
  public static MllpClient connect(String host, int port, @Nullable Hl7Tls tls) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MS);
      if (tls == null) {
        return new MllpClient(socket);
      }
      SSLSocket secure =
          (SSLSocket) tls.context().getSocketFactory().createSocket(socket, host, port, true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      return new MllpClient(secure);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** Waits no longer for an answer than this, instead of two minutes. */
  public MllpClient patience(Duration most) throws IOException {
    socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, most.toMillis()));
    return this;
  }

  /** Sends a message, at the latest with the next {@link #answer}. */
  public void send(byte[] message) throws IOException {
    out.write(MllpDecoder.BEGIN);
    out.write(message);
    out.write(MllpDecoder.END);
    out.write(MllpDecoder.RETURN);
  }

  /** Waits for the next answer. */
  public Answer answer() throws IOException {
    out.flush();
    try {
      while (answers.isEmpty()) {
        int read = in.read(piece);
        if (read < 0) {
          throw new IOException("the listener has closed the connection");
        }
        answers.addAll(decoder.decode(piece, read));
      }
    } catch (SocketTimeoutException e) {
      throw new IOException(
          "no answer within "
              + socket.getSoTimeout() / 1000
              + " s. Is it an HL7 listener, and is TLS on at both ends or at neither?",
          e);
    } catch (MllpDecoder.TooLarge e) {
      throw new IOException("the answer is too large", e);
    }
    return Answer.of(answers.remove());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
