package org.visitbalance.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.visitbalance.alerts.Signature;
import org.visitbalance.ingest.InputException;
import org.visitbalance.ingest.Yaml;

/**
 * The secrets of a routes file. The file names the variables or files that hold them and never
 * contains a secret itself. No message shows a secret.
 *
 * @param variables the environment variables
 * @param missing is told of secrets that are not set; null to make that an error
 */
public record Secrets(Map<String, String> variables, @Nullable Consumer<String> missing) {
  private static final String ANY = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  /** Returns a secret that signs messages. */
  public String signing(Yaml place) {
    Yaml.Fields fields = place.map("one of {secretEnv: VARIABLE} and {secretFile: FILE}");
    String secret = optional(fields, "secret");
    for (Yaml unknown : fields.unknown().values()) {
      throw unknown.error("is not a known key; allowed are secretEnv, secretFile");
    }
    if (secret == null) {
      throw place.error("must have either secretEnv or secretFile");
    } else if (!secret.equals(HIDDEN) && !Signature.isSecret(secret)) {
      throw place.error(
          "does not lead to a valid secret, which is whsec_ followed by 24 to 64 bytes in base64");
    }
    return secret.equals(HIDDEN) ? ANY : secret;
  }

  private static final String HIDDEN = "https://hidden.invalid/";

  /** Returns the value behind {@code nameEnv} or {@code nameFile}; null if neither is given. */
  public @Nullable String optional(Yaml.Fields fields, String name) {
    Yaml variable = fields.get(name + "Env");
    Yaml file = fields.get(name + "File");
    if (variable != null && file != null) {
      throw file.error("cannot be combined with " + name + "Env; remove one of them");
    } else if (variable != null) {
      return ofVariable(variable);
    } else if (file != null) {
      return ofFile(file, file.text("a file name"));
    }
    return null;
  }

  private String ofVariable(Yaml place) {
    String name = place.text("the name of an environment variable");
    String value = variables.get(name);
    String file = variables.get(name + "_FILE");
    if (value == null && file != null) {
      return ofFile(place, file);
    }
    return value == null || value.isBlank()
        ? notThere(place, "names " + name + ", which is not set; neither is " + name + "_FILE")
        : value.strip();
  }

  private String ofFile(Yaml place, String file) {
    try {
      String value = Files.readString(Path.of(file)).strip();
      return value.isEmpty() ? notThere(place, "leads to " + file + ", which is empty") : value;
    } catch (IOException e) {
      return notThere(place, "leads to " + file + ", which cannot be read");
    }
  }

  private String notThere(Yaml place, String what) {
    InputException problem = place.error(what);
    if (missing == null) {
      throw problem;
    }
    missing.accept(String.valueOf(problem.getMessage()));
    return HIDDEN;
  }
}
