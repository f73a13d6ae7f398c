package org.visitbalance.intake.hl7;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.hl7.Hl7Reading;
import org.visitbalance.ingest.hl7.Hl7Text;
import org.visitbalance.ingest.hl7.Hl7Translator;
import org.visitbalance.intake.MessageAnswer;
import org.visitbalance.intake.MessageListener;
import org.visitbalance.intake.ReceivedMessage;
import org.visitbalance.intake.hl7.Hl7Acknowledgment.Code;

/** Reads the messages of a connection, and answers them in their order. Not thread-safe. */
final class Hl7Connection {
  private static final int SEPARATORS = 3;
  private static final int PIECE = 1 << 14;
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Hl7Entry entry;
  private final Socket socket;
  private final Hl7Pump pump;
  private final Supplier<MessageListener> listener;
  private final Hl7Counts counts;
  private final InstantSource time;
  private final Hl7Server.Limits limits;
  private final String from;
  private final MllpDecoder decoder = new MllpDecoder();

  /** An answer that is known, or that is still to come. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared or printed.
  private record Pending(
      byte[] message,
      @Nullable Code code,
      String text,
      @Nullable Future<Hl7Pump.Outcome> outcome) {}

  Hl7Connection(
      Hl7Entry entry,
      Socket socket,
      Hl7Pump pump,
      Supplier<MessageListener> listener,
      Hl7Counts counts,
      InstantSource time,
      Hl7Server.Limits limits) {
    this.entry = entry;
    this.socket = socket;
    this.pump = pump;
    this.listener = listener;
    this.counts = counts;
    this.time = time;
    this.limits = limits;
    this.from = socket.getInetAddress().getHostAddress();
  }

  /** Serves the connection to its end. */
  void serve() throws IOException, InterruptedException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(limits.idleMs());
    InputStream in = socket.getInputStream();
    OutputStream out = new BufferedOutputStream(socket.getOutputStream(), PIECE);
    byte[] piece = new byte[PIECE];
    @Nullable Instant began = null;
    try {
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        List<byte[]> messages = decoder.decode(piece, read);
        counts.skipped(decoder.takeSkipped());
        answer(messages, out);
        Instant now = time.instant();
        if (!decoder.isInside()) {
          began = null;
          socket.setSoTimeout(limits.idleMs());
          continue;
        }
        began = began == null || !messages.isEmpty() ? now : began;
        long left = limits.insideMs() - Duration.between(began, now).toMillis();
        if (left <= 0) {
          counts.add(Hl7Counts.Event.TOO_SLOW);
          return;
        }
        socket.setSoTimeout((int) left);
      }
    } catch (SocketTimeoutException e) {
      counts.add(Hl7Counts.Event.TOO_SLOW);
    } catch (MllpDecoder.TooLarge e) {
      counts.add(Hl7Counts.Event.TOO_LARGE);
    }
  }

  private void answer(List<byte[]> messages, OutputStream out)
      throws IOException, InterruptedException {
    List<Pending> all = new ArrayList<>(messages.size());
    for (byte[] message : messages) {
      all.add(take(message));
    }
    for (Pending one : all) {
      answer(one, out);
    }
    out.flush();
  }

  private Pending take(byte[] message) throws InterruptedException {
    if (Hl7Acknowledgment.isAnswer(message)) {
      counts.add(Hl7Counts.Event.ANSWER);
      return new Pending(message, null, "", null);
    }
    String refused = refused(message);
    if (refused != null) {
      return new Pending(message, Code.REJECT, refused, null);
    }
    MessageListener as;
    try {
      as = listener.get();
    } catch (InputException e) {
      return new Pending(message, Code.ERROR, "the mapping of the listener has an error", null);
    }
    String text = Hl7Text.of(message, as.profile().charset());
    if (text == null) {
      return new Pending(message, Code.REJECT, Hl7Text.whyNot(message), null);
    }
    Instant now = Instant.ofEpochMilli(time.instant().toEpochMilli());
    Hl7Reading reading =
        new Hl7Translator(as.profile(), as.source(), as.zone())
            .read(text, now, ReceivedMessage.unnamed(message));
    ReceivedMessage received = new ReceivedMessage(message, now, reading, from);
    return new Pending(message, null, "", pump.put(as, received, limits.answerMs()));
  }

  private @Nullable String refused(byte[] message) {
    if (!entry.allow().isEmpty() && !entry.allow().contains(from)) {
      return "this sender is not allowed";
    } else if (!Hl7Text.isMessage(message)) {
      return "it does not begin with MSH";
    } else if (Hl7Text.header(message, 2).length() < SEPARATORS) {
      return "MSH-2 must have at least 3 characters, what separates components and repetitions and"
          + " the escape";
    }
    String processing = Hl7Text.header(message, 11);
    return processing.isEmpty() || processing.split("\\^", 2)[0].equals(entry.processingId())
        ? null
        : "MSH-11 must be " + entry.processingId();
  }

  private void answer(Pending one, OutputStream out) throws IOException, InterruptedException {
    Code code = one.code;
    String text = one.text;
    if (one.outcome != null) {
      Hl7Pump.Outcome outcome = outcome(one.outcome);
      MessageAnswer answer = outcome.answer();
      code = answer != null && answer.isAccepted() ? Code.ACCEPT : Code.ERROR;
      text = answer == null ? outcome.why() : answer.text();
      count(answer, code);
    } else if (code != null) {
      counts.add(code == Code.REJECT ? Hl7Counts.Event.REJECTED : Hl7Counts.Event.ERROR);
    }
    if (code != null) {
      byte[] frame =
          Hl7Acknowledgment.of(one.message, code, text, time.instant(), NUMBERS.incrementAndGet());
      if (frame != null) {
        out.write(frame);
      }
    }
  }

  private static Hl7Pump.Outcome outcome(Future<Hl7Pump.Outcome> future)
      throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      return new Hl7Pump.Outcome(null, "the message cannot be processed");
    }
  }

  private void count(@Nullable MessageAnswer answer, Code code) {
    if (answer == null || code == Code.ERROR) {
      counts.add(Hl7Counts.Event.ERROR);
      return;
    }
    counts.add(
        switch (answer.kind()) {
          case USED -> Hl7Counts.Event.USED;
          case UNUSED -> Hl7Counts.Event.UNUSED;
          case REPEATED -> Hl7Counts.Event.REPEATED;
          case BAD -> Hl7Counts.Event.PARTLY_USED;
        });
  }
}
