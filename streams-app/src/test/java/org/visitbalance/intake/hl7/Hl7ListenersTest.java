package org.visitbalance.intake.hl7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.visitbalance.cli.TestKeystore;
import org.visitbalance.ingest.hl7.Hl7Source;
import org.visitbalance.intake.Intake;
import org.visitbalance.intake.MessageAnswer;
import org.visitbalance.intake.MessageListener;
import org.visitbalance.intake.ReceivedMessage;
import org.visitbalance.platform.Patience;

/** Connections of senders, good and bad ones. */
@Tag("slow")
class Hl7ListenersTest {
  private static final String PASSWORD = "changeit";

  private final List<ReceivedMessage> taken = new CopyOnWriteArrayList<>();
  private final Semaphore hanging = new Semaphore(1);
  private volatile boolean isAway;
  private Hl7Listeners listeners;

  @TempDir Path temp;

  private Hl7Listeners start(Hl7Entry.Tls tls, Set<String> allow) {
    Hl7Entry entry =
        new Hl7Entry("emr", "T1", "127.0.0.1", 0, Hl7Source.EMR, null, tls, allow, "P", false);
    listeners =
        Hl7Listeners.start(
            List.of(entry),
            Map.of("PASSWORD", PASSWORD),
            any -> ZoneOffset.UTC,
            sink(),
            InstantSource.system(),
            new Hl7Server.Limits(400, 3000, 500));
    return listeners;
  }

  private Hl7Sink sink() {
    return new Hl7Sink() {
      @Override
      public List<MessageAnswer> accept(MessageListener listener, List<ReceivedMessage> all) {
        return accepted(all);
      }

      @Override
      public void check() {
        List<MessageAnswer> unused = accepted(List.of());
      }
    };
  }

  private List<MessageAnswer> accepted(List<ReceivedMessage> all) {
    hanging.acquireUninterruptibly();
    hanging.release();
    if (isAway) {
      throw new Intake.Away(new IllegalStateException("away"));
    }
    List<MessageAnswer> answers = new ArrayList<>();
    for (ReceivedMessage one : all) {
      taken.add(one);
      answers.add(new MessageAnswer(true, "", MessageAnswer.Kind.USED));
    }
    return answers;
  }

  @AfterEach
  void stop() {
    listeners.close();
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listeners.port("emr"));
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static String message(String control) {
    return "MSH|^~\\&|EMR|HARBOR|RF|B|20261104||DFT^P03|" + control + "|P|2.5.1\rPID|1||SECRET\r";
  }

  private static byte[] framed(String message) {
    return ("\u000B" + message + "\u001C\r").getBytes(ISO_8859_1);
  }

  /** Reads one answer; an empty text if the connection is closed. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    for (int one = in.read(); one >= 0; one = in.read()) {
      answer.write(one);
      if (one == '\r' && answer.toString(ISO_8859_1).endsWith("\u001C\r")) {
        break;
      }
    }
    return answer.toString(ISO_8859_1);
  }

  private String answerTo(String message) throws IOException {
    try (Socket socket = socket()) {
      socket.getOutputStream().write(framed(message));
      return answer(socket);
    }
  }

  @Test
  void aMessageMayComeByteByByteWithOthersBetween() throws Exception {
    start(null, Set.of());
    try (Socket socket = socket()) {
      OutputStream out = socket.getOutputStream();
      String text = "junk\u000B\u000Bhalf of one\u000B" + message("1") + "\u001C";
      for (byte one : text.getBytes(ISO_8859_1)) {
        out.write(one);
      }
      assertThat(answer(socket)).contains("|RF|B|EMR|HARBOR|").contains("MSA|AA|1\r");
      out.write('\r');
      out.write(framed(message("2")));
      assertThat(answer(socket)).contains("MSA|AA|2\r");
    }
    assertThat(new String(taken.get(0).bytes(), ISO_8859_1)).isEqualTo(message("1"));
  }

  @Test
  void answersComeInTheOrderOfTheMessages() throws Exception {
    start(null, Set.of());
    try (MllpClient client = MllpClient.connect("127.0.0.1", listeners.port("emr"), null)) {
      for (int i = 0; i < 200; i++) {
        client.send(message("M" + i).getBytes(ISO_8859_1));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(client.answer().control()).isEqualTo("M" + i);
      }
    }
    assertThat(listeners.count("emr", Hl7Counts.Event.USED)).isEqualTo(200);
  }

  @Test
  void whatIsNotForHereIsRejected() throws Exception {
    start(null, Set.of());
    assertThat(answerTo(message("1").replace("|P|2", "|T|2"))).contains("MSA|AR|1|MSH-11");
    assertThat(answerTo("PID|1||SECRET\r")).contains("MSA|AR||").doesNotContain("SECRET");
    assertThat(answerTo("")).contains("MSA|AR|");
    assertThat(answerTo(message("1").replace("2.5.1\r", "2.5.1||||||EBCDIC\r")))
        .contains("MSA|AR|1|MSH-18 names an unknown character set; known are ASCII, 8859/1,");
    assertThat(answerTo(message("1").replace("2.5.1\r", "2.5.1||||||UTF-8\rNTE|||\u00C9\r")))
        .contains("MSA|AR|1|has bytes that are not of its character set; name the right one in");
    for (String separators : new String[] {"^", "^~", ""}) {
      assertThat(answerTo(message("1").replace("^~\\&", separators)))
          .contains("MSA|AR|1|MSH-2 must have at least 3 characters");
    }
    assertThat(taken).isEmpty();
    listeners.close();

    start(null, Set.of("192.0.2.7"));
    assertThat(answerTo(message("1"))).contains("MSA|AR|1|this sender is not allowed");
    assertThat(taken).isEmpty();
  }

  @Test
  void aSenderMustComeAgainWhileKafkaIsAway() throws Exception {
    start(null, Set.of());
    isAway = true;
    assertThat(answerTo(message("1"))).contains("MSA|AE|1|Kafka cannot be reached");
    assertThat(listeners.trouble()).isEqualTo("hl7: Kafka cannot be reached");
    isAway = false;
    // Its senders may be silent for hours, and nobody is to look for what is well.
    Patience.await(
        "Kafka to be asked again", Duration.ofSeconds(20), () -> listeners.trouble() == null);
    String answer = answerTo(message("1"));
    for (int i = 0; i < 50 && !answer.contains("MSA|AA"); i++) {
      Thread.sleep(100);
      answer = answerTo(message("1"));
    }
    assertThat(answer).contains("MSA|AA|1");
    assertThat(listeners.trouble()).isNull();
    assertThat(taken).hasSize(1);
  }

  /** The intake may be reading a large file, or wait for Kafka with one. */
  @Test
  void aSenderIsAnsweredInTimeAlsoIfTheIntakeDoesNotCome() throws Exception {
    start(null, Set.of());
    hanging.acquire();
    // The first one is being accepted; the second one waits behind it.
    for (String control : List.of("1", "2")) {
      assertThat(answerTo(message(control)))
          .contains("MSA|AE|" + control + "|Kafka does not answer, or a large file is being read;");
    }
    assertThat(listeners.trouble()).startsWith("hl7: Kafka does not answer");

    hanging.release();
    assertThat(answerTo(message("3"))).contains("MSA|AA|3");
    assertThat(listeners.trouble()).isNull();
    assertThat(taken).extracting(one -> one.reading().control()).containsExactly("1", "3");
  }

  @Test
  void theEnhancedModeAsksForItsAnswers() throws Exception {
    start(null, Set.of());
    String enhanced = message("1").replace("2.5.1\r", "2.5.1|||AL|NE\r");
    assertThat(answerTo(enhanced)).contains("MSA|CA|1");
    try (Socket socket = socket()) {
      OutputStream out = socket.getOutputStream();
      out.write(framed(enhanced.replace("|AL|", "|NE|")));
      out.write(framed(enhanced.replace("|AL|", "|ER|")));
      out.write(framed(message("2").replace("DFT^P03", "ACK^P03")));
      out.write(framed(message("3")));
      assertThat(answer(socket)).contains("MSA|AA|3");
    }
    assertThat(taken).hasSize(4);
  }

  @Test
  void whatHasNoEndIsClosed() throws Exception {
    start(null, Set.of());
    try (Socket socket = socket()) {
      OutputStream out = socket.getOutputStream();
      out.write(0x0B);
      byte[] piece = new byte[1 << 16];
      Arrays.fill(piece, (byte) 'A');
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  out.write(piece);
                }
              })
          .isInstanceOf(IOException.class);
    }
    try (Socket socket = socket()) {
      socket.getOutputStream().write("\u000BMSH|".getBytes(ISO_8859_1));
      assertThat(answer(socket)).isEmpty();
    }
    assertThat(listeners.count("emr", Hl7Counts.Event.TOO_LARGE)).isEqualTo(1);
    assertThat(listeners.count("emr", Hl7Counts.Event.TOO_SLOW)).isEqualTo(1);
  }

  /** {@code -Dvisitbalance.hl7.endless=2048} offers 2 GiB. */
  @Test
  void muchWithoutAnEndIsClosedAgainAndAgainAndKeepsNoMemory() throws Exception {
    start(null, Set.of());
    long most = Long.getLong("visitbalance.hl7.endless", 32) << 20;
    byte[] piece = new byte[1 << 16];
    Arrays.fill(piece, (byte) 'A');
    long offered = 0;
    long closed = 0;
    long heap = usedHeap();
    while (offered < most) {
      try (Socket socket = socket()) {
        OutputStream out = socket.getOutputStream();
        out.write(0x0B);
        while (offered < most) {
          out.write(piece);
          offered += piece.length;
        }
      } catch (IOException e) {
        closed++;
        assertThat(closed % 256 == 0 ? usedHeap() : heap).isLessThan(heap + (16L << 20));
      }
    }
    assertThat(usedHeap()).isLessThan(heap + (16L << 20));
    assertThat(listeners.count("emr", Hl7Counts.Event.TOO_LARGE)).isGreaterThanOrEqualTo(closed);
    assertThat(closed).isGreaterThan(most >> 24);
    assertThat(taken).isEmpty();
    assertThat(answerTo(message("1"))).contains("MSA|AA|1");
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void aSenderNeedsACertificateThatIsTrusted() throws Exception {
    Path keystore = temp.resolve("keys.p12");
    TestKeystore.make(keystore, PASSWORD, "hl7", "ip:127.0.0.1");
    start(new Hl7Entry.Tls(keystore, "PASSWORD", keystore, "PASSWORD"), Set.of());

    Hl7Tls known = new Hl7Tls(keystore, PASSWORD, keystore, PASSWORD);
    try (MllpClient client = MllpClient.connect("127.0.0.1", listeners.port("emr"), known)) {
      client.send(message("1").getBytes(ISO_8859_1));
      assertThat(client.answer().code()).isEqualTo("AA");
    }
    Hl7Tls unknown = new Hl7Tls(null, null, keystore, PASSWORD);
    assertThatThrownBy(
            () -> {
              try (MllpClient client =
                  MllpClient.connect("127.0.0.1", listeners.port("emr"), unknown)) {
                client.send(message("2").getBytes(ISO_8859_1));
                client.answer();
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(taken).hasSize(1);
  }
}
