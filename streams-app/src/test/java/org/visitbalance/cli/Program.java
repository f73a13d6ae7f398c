package org.visitbalance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.visitbalance.Main;

/** Runs the program as a person does, and keeps what it said. */
public final class Program {
  /** What a run left behind. */
  public record Ran(int exit, String out, String err) {}

  private Program() {}

  /** Runs a command; arguments may be texts and paths. */
  public static Ran run(Object... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, UTF_8));
    System.setErr(new PrintStream(complained, true, UTF_8));
    try {
      String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
      return new Ran(Main.run(texts), said.toString(UTF_8), complained.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  static Ran balance(Path input, Path output, Object... more) {
    Stream<Object> first = Stream.of("balance", "--input", input, "--output", output);
    return run(Stream.concat(first, Stream.of(more)).toArray());
  }
}
