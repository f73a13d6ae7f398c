package org.visitbalance.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A value in a YAML file together with its position, so that every message can name the file, the
 * line and the key. Scalars keep the text of the file: 02 stays "02".
 */
public final class Yaml {
  /** Plain texts that mean the same in JSON. */
  private static final Pattern LITERAL = Pattern.compile("true|false|0|[1-9][0-9]{0,8}");

  private final String file;
  private final String key;
  private final Node node;
  private final int line;

  private Yaml(String file, String key, Node node, int line) {
    this.file = file;
    this.key = key;
    this.node = node;
    this.line = line;
  }

  /** Returns the non-empty documents of a file. */
  public static List<Yaml> documents(Path path) {
    String file = fileName(path);
    try {
      return documents(file, Files.readString(path));
    } catch (CharacterCodingException e) {
      throw new InputException(file + ": has bytes that are not UTF-8; save it as UTF-8", e);
    } catch (IOException e) {
      throw Problems.unreadable(path, e);
    }
  }

  /** Returns the non-empty documents of a text. */
  public static List<Yaml> documents(String file, String text) {
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    List<Yaml> documents = new ArrayList<>();
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file).build();
      for (Node node : new Compose(settings).composeAllFromString(plain)) {
        Yaml document = new Yaml(file, "", node, lineOf(node));
        if (!document.isNull()) {
          documents.add(document);
        }
      }
    } catch (MarkedYamlEngineException e) {
      String where = e.getProblemMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
      throw new InputException(file + where + ": is not valid YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new InputException(file + ": is not valid YAML", e);
    } catch (StackOverflowError e) {
      throw new InputException(file + ": is nested too deeply; a few levels are enough", e);
    }
    return documents;
  }

  private static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  private static int lineOf(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  /** Returns the path of the value: locations[2].posCode; empty for a whole document. */
  String key() {
    return key;
  }

  /** Returns the position as file:line. */
  public String where() {
    return file + ":" + line;
  }

  /**
   * Returns the exception for a value that is not what is wanted.
   *
   * @param wanted the rest of the sentence after the key, such as "must be true or false"
   */
  public InputException error(String wanted) {
    return new InputException(List.of(new InputException.Unusable(where(), key, wanted)));
  }

  boolean isNull() {
    return node instanceof ScalarNode scalar
        && scalar.isPlain()
        && List.of("", "~", "null", "Null", "NULL").contains(scalar.getValue());
  }

  public boolean isText() {
    return node instanceof ScalarNode && !isNull();
  }

  public boolean isList() {
    return node instanceof SequenceNode;
  }

  /** Returns the trimmed text of a scalar; anything else, or a blank, is an error. */
  public String text(String wanted) {
    if (node instanceof ScalarNode scalar && !isNull() && !scalar.getValue().isBlank()) {
      return scalar.getValue().strip();
    }
    throw error("must be " + wanted);
  }

  /** Writes the value as JSON that reads the same; keys without a value are left out. */
  void write(JsonGenerator json) throws IOException {
    if (isList()) {
      json.writeStartArray();
      for (Yaml one : list("a list")) {
        one.write(json);
      }
      json.writeEndArray();
    } else if (node instanceof ScalarNode scalar) {
      String value = scalar.getValue();
      if (scalar.isPlain() && LITERAL.matcher(value).matches()) {
        json.writeRawValue(value);
      } else {
        json.writeString(value);
      }
    } else {
      json.writeStartObject();
      for (Map.Entry<String, Yaml> one : map("a map").all().entrySet()) {
        json.writeFieldName(one.getKey());
        one.getValue().write(json);
      }
      json.writeEndObject();
    }
  }

  /** Returns the elements of a list. */
  public List<Yaml> list(String wanted) {
    if (!(node instanceof SequenceNode sequence)) {
      throw error("must be " + wanted);
    }
    List<Yaml> elements = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      String name = key + "[" + (elements.size() + 1) + "]";
      elements.add(new Yaml(file, name, element, lineOf(element)));
    }
    return elements;
  }

  /**
   * Returns what each entry of a list is read as; no two may have the same name.
   *
   * @param name the name of what was read
   */
  public <T> List<T> named(String wanted, Function<Yaml, T> read, Function<T, String> name) {
    List<T> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Yaml one : list(wanted)) {
      T entry = read.apply(one);
      if (!names.add(name.apply(entry))) {
        throw one.error("has the name of another entry; every entry needs a name of its own");
      }
      entries.add(entry);
    }
    return entries;
  }

  /** Returns the keys and values of a map; a key with a null value counts as not given. */
  public Fields map(String wanted) {
    if (!(node instanceof MappingNode mapping)) {
      throw error("must be " + wanted);
    }
    Map<String, Yaml> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
        throw new Yaml(file, key, node, lineOf(tuple.getKeyNode()))
            .error("has a key that is not a string");
      }
      String name = scalar.getValue().strip();
      String path = key.isEmpty() ? name : key + "." + name;
      Yaml value = new Yaml(file, path, tuple.getValueNode(), lineOf(scalar));
      Yaml before = values.put(name, value);
      if (before != null) {
        throw value.error("is already defined on line " + before.line + "; remove one of the two");
      }
    }
    return new Fields(this, values);
  }

  /** The keys and values of a map; remembers which keys were asked for. */
  public static final class Fields {
    private final Yaml map;
    private final Map<String, Yaml> left;
    private final Map<String, Yaml> all;

    private Fields(Yaml map, Map<String, Yaml> values) {
      this.map = map;
      this.left = values;
      this.all = new LinkedHashMap<>(values);
      this.all.values().removeIf(Yaml::isNull);
    }

    /** Returns the value of a key, or null if it is not given. */
    public @Nullable Yaml get(String name) {
      left.remove(name);
      return all.get(name);
    }

    /** Returns the value of a required key. */
    public Yaml need(String name, String wanted) {
      Yaml value = get(name);
      if (value == null) {
        String path = map.key.isEmpty() ? name : map.key + "." + name;
        throw new Yaml(map.file, path, map.node, map.line)
            .error("is missing; it must be " + wanted);
      }
      return value;
    }

    /** Returns all keys and values, in the order of the file. */
    public Map<String, Yaml> all() {
      left.clear();
      return all;
    }

    /** Returns the keys that nobody asked for, with their values. */
    public Map<String, Yaml> unknown() {
      return left;
    }
  }
}
