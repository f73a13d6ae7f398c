package org.visitbalance.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.hl7.Hl7Batch;
import org.visitbalance.ingest.hl7.Hl7Profile;
import org.visitbalance.ingest.hl7.Hl7Translator;
import org.visitbalance.output.FileState;
import org.visitbalance.output.ReceivedFile;

/** Reads files of messages, which are accepted as if a listener had received them. */
final class MessageFiles {
  /** What their messages are called in the archive. */
  static final String NAME = "files";

  /** The most messages in a transaction. */
  private static final int SOME = 250;

  private static final int MOST_TROUBLES = 3;

  private final Desk desk;
  private final MessageDesk messages;

  MessageFiles(Desk desk, MessageDesk messages) {
    this.desk = desk;
    this.messages = messages;
  }

  /** What has become of the messages of a file. */
  private static final class Tally {
    private long unused;
    private long repeated;
    private long bad;
    private final Set<String> troubles = new LinkedHashSet<>();

    void add(MessageAnswer answer) {
      switch (answer.kind()) {
        case UNUSED -> unused++;
        case REPEATED -> repeated++;
        case BAD -> bad++;
        case USED -> {
          // Counted by its facts.
        }
      }
    }

    @Nullable String reason(long messages) {
      if (messages == 0) {
        return "It has no messages.";
      }
      return Sentences.together(troubles.stream().limit(MOST_TROUBLES));
    }
  }

  /**
   * Reads a file to its end; what was read before is not sent again.
   *
   * @throws InputException if it is not complete; nothing of it is accepted then
   */
  ReceivedFile read(IntakeFolder folder, ReceivedFile file, Path content) throws IOException {
    MessageListener listener = complete(folder, file, content);
    long before = messages.sent();
    long unmade = messages.unmade();
    Tally tally = new Tally();
    List<ReceivedMessage> some = new ArrayList<>();
    long all =
        each(
            listener,
            file,
            content,
            (one, line) -> {
              some.add(one);
              if (some.size() == SOME) {
                accept(listener, some, tally);
              }
            });
    accept(listener, some, tally);
    long facts = messages.sent() - before;
    return ReceivedFile.newBuilder(file)
        .setState(FileState.DONE)
        .setEntry("HL7 " + listener.source())
        .setRows(all)
        .setFacts(facts)
        .setToSend(facts)
        .setSent(facts)
        .setUnchanged(tally.repeated)
        .setDead(tally.bad + messages.unmade() - unmade)
        .setSkipped(tally.unused)
        .setReason(tally.reason(all))
        .setChangedAt(desk.now())
        .build();
  }

  /**
   * Counts what a file would change, in a transaction that the caller undoes.
   *
   * @throws InputException if it would not be accepted
   */
  Previewing.Part preview(
      IntakeFolder folder, ReceivedFile file, Path content, FactTables.Sending counting)
      throws IOException {
    MessageListener listener = complete(folder, file, content);
    MessagePreview preview = new MessagePreview(desk.sql(), listener, messages.log(listener));
    LocalDate today = LocalDate.ofInstant(desk.now(), ZoneOffset.UTC);
    long unused = each(listener, file, content, (one, line) -> preview.add(one, line, today));
    return preview.finish(counting);
  }

  /** Returns how the messages of a file are read that is complete. */
  private MessageListener complete(IntakeFolder folder, ReceivedFile file, Path content)
      throws IOException {
    IntakeFolder.Messages how = folder.messages();
    if (how == null) {
      throw new InputException(
          file.getName()
              + ": is a file of HL7 messages; add hl7: {source: EMR} or {source: BILLING} to its"
              + " folder in the intake file");
    }
    try {
      long unused = Hl7Batch.read(content, (bytes, line) -> {});
    } catch (InputException e) {
      // The content has another name in the archive.
      String says = String.valueOf(e.getMessage());
      throw new InputException(file.getName() + says.substring(says.indexOf(':')), e);
    }
    return listener(folder, how);
  }

  private interface Each {
    void message(ReceivedMessage one, long line) throws IOException;
  }

  private static long each(MessageListener listener, ReceivedFile file, Path content, Each each)
      throws IOException {
    Hl7Translator translator =
        new Hl7Translator(listener.profile(), listener.source(), listener.zone());
    return Hl7Batch.read(
        content,
        (bytes, line) ->
            each.message(
                new ReceivedMessage(
                    bytes,
                    file.getReceivedAt(),
                    translator.read(bytes, file.getReceivedAt(), ReceivedMessage.unnamed(bytes)),
                    file.getSource().name()),
                line));
  }

  private void accept(MessageListener listener, List<ReceivedMessage> some, Tally tally)
      throws IOException {
    if (!some.isEmpty()) {
      messages.accept(listener, List.copyOf(some)).forEach(tally::add);
      if (messages.trouble() != null) {
        tally.troubles.add(messages.trouble());
      }
      some.clear();
    }
  }

  private MessageListener listener(IntakeFolder folder, IntakeFolder.Messages how) {
    Path mapping = how.mapping();
    Hl7Profile profile;
    try {
      profile =
          mapping == null
              ? Hl7Profile.of("defaults", "")
              : Hl7Profile.of(String.valueOf(mapping.getFileName()), Files.readString(mapping));
    } catch (IOException e) {
      throw new InputException("the mapping " + mapping + " cannot be read", e);
    }
    profile.check(folder.tenant());
    ZoneId own = profile.zone();
    @Nullable ZoneId zone = own == null ? desk.plan().zones().apply(folder.tenant()) : own;
    return new MessageListener(
        NAME, folder.tenant(), how.source(), profile, zone == null ? ZoneOffset.UTC : zone, false);
  }

  /** Checks the mapping, so that the files of a folder wait while it is bad. */
  void check(IntakeFolder folder) {
    IntakeFolder.Messages how = folder.messages();
    if (how != null) {
      MessageListener unused = listener(folder, how);
    }
  }
}
