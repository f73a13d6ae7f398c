package org.visitbalance.alerts;

import jakarta.activation.DataHandler;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.NoSuchProviderException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;
import org.visitbalance.platform.Sentences;
import org.visitbalance.text.Printable;

/** Sends mail by SMTP. No answer is waited for for long. */
final class MailSender {
  private static final int MOST_ATTACHED = 10 << 20;
  private static final int MOST_SAID = 200;

  /** From here on, answers of a mail server say no. */
  private static final int REFUSED = 400;

  private final MailPlan plan;

  MailSender(MailPlan plan) {
    this.plan = plan;
  }

  /** A mail that can be sent, and what is missing in it; null if nothing is. */
  record Prepared(Named message, @Nullable String trouble) {}

  /** What became of a mail that was begun to be sent. */
  enum Outcome {
    /** The server has taken it. */
    SENT,
    /** It has not, so that it can be sent again. */
    NOT_SENT,
    /** The connection ended before the server answered. */
    UNKNOWN
  }

  /** What became of it, and what is to be said about that; null if nothing is. */
  record Result(Outcome outcome, @Nullable String trouble) {}

  /**
   * Makes a mail.
   *
   * @param id names the mail: the same mail has the same id
   */
  Prepared prepare(Digest digest, DigestText.Written written, String id, Instant now)
      throws IOException {
    try {
      InternetAddress from = new InternetAddress(plan.from());
      Named message =
          new Named(Session.getInstance(properties()), "<" + id + "@" + host(from) + ">");
      message.setFrom(from);
      for (String to : digest.to()) {
        message.addRecipient(Message.RecipientType.TO, new InternetAddress(to));
      }
      message.setSubject(written.subject(), "UTF-8");
      message.setSentDate(Date.from(now));
      message.setHeader("Auto-Submitted", "auto-generated");
      MimeMultipart both =
          new MimeMultipart(
              "alternative", part(written.text(), "plain"), part(written.html(), "html"));
      if (digest.attach() == null) {
        message.setContent(both);
        message.saveChanges();
        return new Prepared(message, null);
      }
      MimeMultipart all = new MimeMultipart("mixed");
      MimeBodyPart body = new MimeBodyPart();
      body.setContent(both);
      all.addBodyPart(body);
      String trouble = attach(all, digest.attach());
      message.setContent(all);
      message.saveChanges();
      return new Prepared(message, trouble);
    } catch (MessagingException e) {
      throw new IOException("the mail cannot be written: " + said(e), e);
    }
  }

  private static String host(InternetAddress from) {
    return from.getAddress().substring(from.getAddress().indexOf('@') + 1);
  }

  private static MimeBodyPart part(String text, String kind) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setText(text, "UTF-8", kind);
    return part;
  }

  /** Adds a file; why it could not, or null if it could. */
  private static @Nullable String attach(MimeMultipart all, Path file) throws MessagingException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MOST_ATTACHED + 1);
    } catch (IOException e) {
      return "cannot read the file to attach (" + e.getClass().getSimpleName() + ")";
    }
    if (bytes.length > MOST_ATTACHED) {
      return "cannot attach a file of more than 10 MiB";
    }
    String name = String.valueOf(file.getFileName());
    boolean isHtml = name.toLowerCase(Locale.ROOT).endsWith(".html");
    MimeBodyPart part = new MimeBodyPart();
    part.setDataHandler(
        new DataHandler(
            new ByteArrayDataSource(
                bytes, isHtml ? "text/html; charset=utf-8" : "application/octet-stream")));
    part.setFileName(name);
    part.setDisposition("attachment");
    all.addBodyPart(part);
    return null;
  }

  /**
   * Sends a mail.
   *
   * @param begins is called when the server has taken the connection, before the mail is said
   * @throws IOException if there is no connection, so that nothing was begun
   */
  Result send(Prepared mail, Runnable begins) throws IOException {
    MailPlan.Server server = plan.server();
    SMTPTransport transport = transport();
    try {
      transport.connect(server.host(), server.port(), server.user(), server.password());
      begins.run();
      return send(transport, mail.message());
    } catch (AuthenticationFailedException e) {
      throw new IOException("the mail server refuses the user or the password", e);
    } catch (MessagingException e) {
      throw new IOException("no connection to the mail server (" + said(e) + ")", e);
    } finally {
      close(transport);
    }
  }

  private SMTPTransport transport() throws IOException {
    try {
      return (SMTPTransport) Session.getInstance(properties()).getTransport("smtp");
    } catch (NoSuchProviderException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void close(SMTPTransport transport) {
    try {
      transport.close();
    } catch (MessagingException e) {
      // What the server answered to the mail is known.
    }
  }

  private static Result send(SMTPTransport transport, Named message) {
    try {
      transport.sendMessage(message, message.getAllRecipients());
      return new Result(Outcome.SENT, null);
    } catch (MessagingException e) {
      if (e instanceof SendFailedException failed
          && failed.getValidSentAddresses() != null
          && failed.getValidSentAddresses().length > 0) {
        return new Result(Outcome.SENT, "the mail server refuses some of the addresses");
      }
      // After the text was begun, only an answer of the server's says that it was not taken.
      boolean isRefused =
          e instanceof SMTPSendFailedException failed && failed.getReturnCode() >= REFUSED;
      return new Result(
          message.isBegun && !isRefused ? Outcome.UNKNOWN : Outcome.NOT_SENT, said(e));
    }
  }

  private Properties properties() throws IOException {
    MailPlan.Server server = plan.server();
    String timeout = String.valueOf(server.timeout().toMillis());
    Properties all = new Properties();
    for (String name : List.of("connectiontimeout", "timeout", "writetimeout")) {
      all.setProperty("mail.smtp." + name, timeout);
    }
    all.setProperty("mail.smtp.auth", String.valueOf(server.user() != null));
    all.setProperty("mail.smtp.quitwait", "false");
    all.setProperty("mail.smtp.sendpartial", "true");
    all.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    all.setProperty("mail.smtp.ssl.enable", String.valueOf(server.tls() == MailPlan.Tls.TLS));
    String starts = String.valueOf(server.tls() == MailPlan.Tls.STARTTLS);
    all.setProperty("mail.smtp.starttls.enable", starts);
    all.setProperty("mail.smtp.starttls.required", starts);
    if (server.trust() != null) {
      all.put("mail.smtp.ssl.socketFactory", trusting(server.trust()));
    }
    return all;
  }

  private static SSLSocketFactory trusting(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int n = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("trusted-" + n++, one);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IOException("the certificates of trustFile cannot be used", e);
    }
  }

  /** A mail with an id of its own, which knows whether its text was begun to be sent. */
  private static final class Named extends MimeMessage {
    private final String id;
    private boolean isBegun;

    Named(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }

    @Override
    public void writeTo(OutputStream out, String @Nullable [] ignored)
        throws IOException, MessagingException {
      isBegun = true;
      super.writeTo(out, ignored);
    }
  }

  /** What a problem says, in one line; the mail is not in it. */
  private static String said(MessagingException problem) {
    // The server's own answer is the first exception that the others are about.
    Exception first = problem;
    while (first instanceof MessagingException one && one.getNextException() != null) {
      first = one.getNextException();
    }
    return Printable.begin(Printable.line(Sentences.of(first)), MOST_SAID);
  }
}
