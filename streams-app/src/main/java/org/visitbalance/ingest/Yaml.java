package org.visitbalance.ingest;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * A value in a YAML file that knows where it stands, so that each complaint can name file, line and
 * key. Scalars keep the text that the file has: 02 stays "02".
 */
public final class Yaml {
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

  /** Returns the documents of a file that are not empty. */
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

  /** Returns the documents of a text that are not empty. */
  static List<Yaml> documents(String file, String text) {
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
      throw new InputException(file + where + ": is not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new InputException(file + ": is not YAML", e);
    } catch (StackOverflowError e) {
      throw new InputException(
          file + ": is nested too deeply; nothing here needs more than a few", e);
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

  /** The value's name as a path: locations[2].posCode; empty for a whole document. */
  String key() {
    return key;
  }

  /** Where it stands: file:line. */
  public String where() {
    return file + ":" + line;
  }

  /** Returns the complaint that this value is not what is wanted. */
  public InputException error(String wanted) {
    String what = key.isEmpty() ? "the document" : "'" + key + "'";
    return new InputException(where() + ": " + what + " " + wanted);
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

  /** Returns a scalar's text, trimmed; anything else, or a blank one, is an error. */
  public String text(String wanted) {
    if (node instanceof ScalarNode scalar && !isNull() && !scalar.getValue().isBlank()) {
      return scalar.getValue().strip();
    }
    throw error("must be " + wanted);
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

  /** Returns the names and values of a map; a name with a null value counts as not given. */
  public Fields map(String wanted) {
    if (!(node instanceof MappingNode mapping)) {
      throw error("must be " + wanted);
    }
    Map<String, Yaml> values = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
        throw new Yaml(file, key, node, lineOf(tuple.getKeyNode()))
            .error("has a name that is no text");
      }
      String name = scalar.getValue().strip();
      String path = key.isEmpty() ? name : key + "." + name;
      Yaml value = new Yaml(file, path, tuple.getValueNode(), lineOf(scalar));
      Yaml before = values.put(name, value);
      if (before != null) {
        throw value.error("stands twice, in line " + before.line + " too; keep one of the two");
      }
    }
    return new Fields(this, values);
  }

  /** The names and values of a map; remembers which names were asked for. */
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

    /** Returns the value of a name, or null if it is not given. */
    public @Nullable Yaml get(String name) {
      left.remove(name);
      return all.get(name);
    }

    /** Returns the value of a name that must be there. */
    public Yaml need(String name, String wanted) {
      Yaml value = get(name);
      if (value == null) {
        String path = map.key.isEmpty() ? name : map.key + "." + name;
        throw new Yaml(map.file, path, map.node, map.line)
            .error("is missing; it must be " + wanted);
      }
      return value;
    }

    /** Returns all names and values, in the order of the file. */
    Map<String, Yaml> all() {
      left.clear();
      return all;
    }

    /** Returns the names that nobody has asked for, with their values. */
    public Map<String, Yaml> unknown() {
      return left;
    }
  }
}
