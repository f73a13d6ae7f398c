package org.visitbalance.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.*;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.*;
import org.snakeyaml.engine.v2.schema.*;
import org.visitbalance.settings.*;

/** TEMPORARY. */
public final class InputFolder {
  private final Map<String, Settings> settings = new TreeMap<>();
  private final List<Path> files = new ArrayList<>();

  public static InputFolder open(Path dir, @Nullable Path mapping, Consumer<String> notes) {
    InputFolder f = new InputFolder();
    try (var s = Files.list(dir)) {
      for (Path p : s.sorted().toList()) {
        String n = p.getFileName().toString();
        if (n.endsWith(".jsonl")) f.files.add(p);
        else if (n.startsWith("settings") && n.endsWith(".yaml")) {
          Settings d = read(p);
          if (f.settings.put(d.getTenant(), d) != null)
            throw new InputException("tenant twice " + p);
        } else notes.accept("skipped " + n);
      }
    } catch (IOException e) {
      throw new InputException("no", e);
    }
    return f;
  }

  @SuppressWarnings("unchecked")
  static Settings read(Path p) throws IOException {
    Map<String, Object> m;
    try {
      m =
          (Map<String, Object>)
              new Load(LoadSettings.builder().setSchema(new FailsafeSchema()).build())
                  .loadFromString(Files.readString(p));
    } catch (RuntimeException e) {
      throw new InputException("bad yaml " + p, e);
    }
    Settings.Builder b = Settings.newBuilder().setTenant(String.valueOf(m.get("tenant")));
    b.setWeekStartsOn((String) m.get("weekStartsOn"))
        .setZone((String) m.get("zone"))
        .setMissingAfter((String) m.get("missingAfter"))
        .setHeldWithin((String) m.get("heldWithin"))
        .setEscalateAfter((String) m.get("escalateAfter"));
    if (m.get("emrCountsNoCharge") != null)
      b.setEmrCountsNoCharge("true".equals(m.get("emrCountsNoCharge")));
    if (m.get("emrCountsEmpty") != null)
      b.setEmrCountsEmpty("true".equals(m.get("emrCountsEmpty")));
    if (m.get("sendsTransmissions") != null)
      b.setSendsTransmissions("true".equals(m.get("sendsTransmissions")));
    b.setPseudoCodes((List<String>) m.get("pseudoCodes"))
        .setNonVisitCodes((List<String>) m.get("nonVisitCodes"))
        .setEvaluationCodes((List<String>) m.get("evaluationCodes"));
    if (m.get("locations") != null) {
      List<LocationRow> rows = new ArrayList<>();
      for (Map<String, String> r : (List<Map<String, String>>) m.get("locations"))
        rows.add(
            new LocationRow(
                String.valueOf(r.get("clinicId")),
                r.get("posCode"),
                String.valueOf(r.get("locationId")),
                d(r.get("from")),
                d(r.get("until"))));
      b.setLocations(rows);
    }
    if (m.get("payerRules") != null) {
      List<PayerRule> rows = new ArrayList<>();
      for (Map<String, Object> r : (List<Map<String, Object>>) m.get("payerRules")) {
        Map<String, Integer> caps = new HashMap<>();
        if (r.get("codeCap") != null)
          ((Map<String, String>) r.get("codeCap"))
              .forEach((k, v) -> caps.put(k, Integer.valueOf(v)));
        List<String> removed =
            r.get("removedCodes") == null ? List.of() : (List<String>) r.get("removedCodes");
        rows.add(
            new PayerRule(
                String.valueOf(r.get("payerId")),
                caps,
                r.get("visitCap") == null ? null : Integer.valueOf((String) r.get("visitCap")),
                removed,
                d((String) r.get("from")),
                d((String) r.get("until"))));
      }
      b.setPayerRules(rows);
    }
    return b.build();
  }

  static @Nullable LocalDate d(@Nullable String s) {
    return s == null ? null : LocalDate.parse(s);
  }

  public Map<String, Settings> settings() {
    return settings;
  }

  public void readInto(FactSink sink, int threads) {
    JsonFacts.read(files, sink, threads);
  }
}
