package org.visitbalance.ingest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.visitbalance.settings.Settings;

/** The tenants' settings documents in files (rules.md#settings). */
public final class SettingsFiles {
  private SettingsFiles() {}

  /**
   * Reads one document that came by itself, as YAML or JSON.
   *
   * @param name of the text, for complaints
   * @param tenant the one that it is of if it does not say
   * @throws InputException if it is not one document, or a value cannot be used
   */
  public static Settings read(String name, String text, String tenant, Consumer<String> warnings) {
    List<Yaml> documents = Yaml.documents(name, text);
    if (documents.size() != 1) {
      throw new InputException(name + ": must be one document, not " + documents.size());
    }
    return SettingsDocument.read(documents.get(0), tenant, warnings);
  }

  /**
   * Reads settings files; each may hold several documents, each of one tenant.
   *
   * @param warnings takes a sentence for each name that is not known
   * @return tenant to settings; what a document does not give stays absent
   * @throws InputException if a file is no YAML or empty, a value cannot be used, or a tenant has
   *     two documents
   */
  public static Map<String, Settings> read(List<Path> files, Consumer<String> warnings) {
    Map<String, Settings> settings = new TreeMap<>();
    Map<String, Yaml> places = new TreeMap<>();
    List<Path> ordered = new ArrayList<>(files);
    ordered.sort(Comparator.comparing(path -> String.valueOf(path.getFileName())));
    for (Path file : ordered) {
      List<Yaml> documents = Yaml.documents(file);
      if (documents.isEmpty()) {
        throw new InputException(
            file.getFileName() + ": is empty; it must name at least a tenant (tenant: T1)");
      }
      for (Yaml document : documents) {
        Settings read = SettingsDocument.read(document, warnings);
        Yaml before = places.put(read.getTenant(), document);
        if (before != null) {
          throw new InputException(
              document.where()
                  + ": tenant '"
                  + read.getTenant()
                  + "' has settings already, in "
                  + before.where()
                  + "; keep one document of each tenant");
        }
        settings.put(read.getTenant(), read);
      }
    }
    return Collections.unmodifiableMap(settings);
  }
}
