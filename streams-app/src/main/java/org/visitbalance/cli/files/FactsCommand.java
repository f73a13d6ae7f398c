package org.visitbalance.cli.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.visitbalance.cli.ClusterOptions;
import org.visitbalance.cli.ExitStatus;
import org.visitbalance.cli.NewFile;
import org.visitbalance.ingest.FactSink;
import org.visitbalance.ingest.InputFolder;
import org.visitbalance.ingest.Profiles;
import org.visitbalance.output.DeadLetter;
import org.visitbalance.text.FactJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows how a folder was read: files.md. */
@Command(
    name = "facts",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prints the facts read from a folder's files, as sorted JSON lines.",
      "",
      "Use it to set up a mapping: it shows what was read from each row and which rows could not be"
          + " read. The facts name patients by the keys in the files.",
      ""
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bin/visit-balance facts --input examples/november",
      "  bin/visit-balance facts --profile webpt-charges > mapping.yaml",
      "",
      "Exit status: 0 done (invalid rows are listed on standard error), 2 the arguments or the"
          + " input cannot be used."
    })
public final class FactsCommand implements Callable<Integer> {
  private static final JsonFactory JSON = new JsonFactory();

  @Spec private CommandSpec spec;

  @Option(names = "--input", paramLabel = "DIR", description = "Folder to read")
  private @Nullable Path input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "File to write (default: standard output)")
  private @Nullable Path output;

  @Mixin private MappingOptions mapping;

  @Mixin private ClusterOptions cluster;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "Print a built-in profile instead, as a mapping to copy and change: webpt-charges,"
              + " revflow-billing-charges, patients")
  private @Nullable String profile;

  @Option(
      names = "--as-of",
      paramLabel = "INSTANT",
      description = "Read the files as balance --as-of INSTANT does (default: now)")
  private @Nullable Instant asOf;

  @Option(
      names = "--imply-feed",
      paramLabel = "true|false",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Whether a source without a feed counts as complete until the last thing that its tables"
              + " tell (default: true)")
  private boolean implyFeed;

  @Option(names = "--force", description = "Overwrite the output file")
  private boolean force;

  @SuppressWarnings("NullAway.Init")
  FactsCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (profile != null) {
      out.print(Profiles.text(profile));
      out.flush();
      return ExitStatus.OK;
    } else if (input == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required option: '--input=DIR' (or '--profile=NAME')");
    } else if (output != null) {
      NewFile.check(output, force);
    }
    InputFolder folder = mapping.open(input, cluster, InputReading.time(asOf));
    Lines lines = new Lines();
    long facts = folder.readInto(lines, implyFeed, Runtime.getRuntime().availableProcessors());
    InputReading.tell(folder.notices(), err);
    if (facts == 0) {
      DeadLetterList.print(lines.letters, err, Integer.MAX_VALUE, "");
      throw folder.nothing();
    }
    List<String> sorted = lines.facts.stream().sorted().toList();
    if (output == null) {
      sorted.forEach(out::println);
      out.flush();
    } else {
      NewFile.write(output, file -> print(sorted, file));
    }
    tell(lines, err);
    return ExitStatus.OK;
  }

  private static void print(List<String> lines, OutputStream file) throws IOException {
    Writer writer = new OutputStreamWriter(file, UTF_8);
    for (String line : lines) {
      writer.append(line).append('\n');
    }
    writer.flush();
  }

  private static void tell(Lines lines, PrintWriter err) {
    err.printf(
        "visit-balance: facts: %,d; invalid rows or lines: %,d%n",
        lines.facts.size(), lines.letters.size());
    DeadLetterList.print(lines.letters, err, Integer.MAX_VALUE, "");
  }

  /** Keeps each fact as a JSON line. */
  private static final class Lines implements FactSink {
    private final ConcurrentLinkedQueue<String> facts = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<DeadLetter> letters = new ConcurrentLinkedQueue<>();

    @Override
    public void fact(SpecificRecord fact, Instant knownAt) {
      StringWriter line = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(line)) {
        FactJson.write(json, fact, knownAt);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      facts.add(line.toString());
    }

    @Override
    public void deadLetter(DeadLetter letter) {
      letters.add(letter);
    }
  }
}
