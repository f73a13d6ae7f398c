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

/** Reads the tenants' settings documents from files (rules.md#settings). */
public final class SettingsFiles {
  private SettingsFiles() {}

  /**
   * Reads a single document, as YAML or JSON.
   *
   * @param name the name of the text in messages
   * @param tenant the tenant of the document if it does not name one
   * @throws InputException if it is not a single document, or a value cannot be used
   */
  public static Settings read(String name, String text, String tenant, Consumer<String> warnings) {
    List<Yaml> documents = Yaml.documents(name, text);
    if (documents.size() != 1) {
      throw new InputException(name + ": must contain one document, not " + documents.size());
    }
    return SettingsDocument.read(documents.get(0), tenant, warnings);
  }

  /**
   * Reads settings files; each may hold several documents, one per tenant.
   *
   * @param warnings receives a sentence for each unknown setting
   * @return settings by tenant; settings that a document does not give are absent
   * @throws InputException if a file is not YAML or is empty, a value cannot be used, or a tenant
   *     has two documents
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
            file.getFileName() + ": is empty; it must at least name a tenant (tenant: T1)");
      }
      for (Yaml document : documents) {
        Settings read = SettingsDocument.read(document, warnings);
        Yaml before = places.put(read.getTenant(), document);
        if (before != null) {
          throw new InputException(
              document.where()
                  + ": tenant '"
                  + read.getTenant()
                  + "' already has settings in "
                  + before.where()
                  + "; keep one document per tenant");
        }
        settings.put(read.getTenant(), read);
      }
    }
    return Collections.unmodifiableMap(settings);
  }
}
