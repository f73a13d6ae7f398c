package org.visitbalance.report.html;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.visitbalance.output.Close;
import org.visitbalance.report.Result;
import org.visitbalance.report.Silence;
import org.visitbalance.report.TenantResult;
import org.visitbalance.text.PlainTime;

/**
 * The report of a run or an audit for people: one HTML file without any other, to read, print and
 * keep. Nothing in it says when or where it was made, so that equal results are equal bytes.
 */
public final class HtmlReport {
  /** Opens what is folded before the page is printed. */
  private static final String SCRIPT =
      "addEventListener(\"beforeprint\",()=>{for(const one of"
          + " document.querySelectorAll(\"details\"))one.open=true})";

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'">
      <title>%s</title>
      <style>
      %s</style>
      <script>%s</script>
      </head>
      <body>
      """;

  private HtmlReport() {}

  /**
   * What a report is about.
   *
   * @param title its first line; null if the tenants of the result say it
   * @param subtitle what it covers, in a sentence; null for the as-of alone
   * @param closes all versions of the closes of its periods; null where nothing is closed
   */
  public record About(
      @Nullable String title, @Nullable String subtitle, @Nullable List<Close> closes) {
    /** A run over files. */
    public static final About FILES = new About(null, null, null);
  }

  /**
   * Returns the report of a result.
   *
   * @param visitName what stands for a visit's token
   */
  public static String of(Result result, About about, UnaryOperator<String> visitName) {
    List<TenantResult> tenants = TenantResult.of(result);
    String title =
        about.title() != null
            ? about.title()
            : tenants.size() == 1 ? "Visit balance of " + tenants.get(0).tenant() : "Visit balance";
    Html html = new Html();
    html.raw(HEAD.formatted(hash(SCRIPT), Html.escaped(title), style(), SCRIPT));
    html.raw("<main>\n").element("h1", title);
    if (tenants.size() == 1) {
      Status.write(html, tenants.get(0));
    }
    warnings(html, Silence.warnings(result, tenants));
    if (tenants.isEmpty()) {
      html.element("p", "status", "Nothing to balance: no visits, charges or open notes.");
    }
    if (about.subtitle() != null) {
      html.remark(about.subtitle());
    } else if (tenants.isEmpty()) {
      html.remark("As of " + PlainTime.utc(Instant.parse(result.account().asOf())) + ".");
    }
    contents(html, tenants, about.closes() != null);
    int number = 0;
    for (TenantResult tenant : tenants) {
      tenant(html, tenant, about, tenants.size() == 1 ? "" : "t" + ++number + "-", visitName);
    }
    Records.write(html, result);
    return html.raw("</main>\n</body>\n</html>\n").toString();
  }

  private static void warnings(Html html, List<String> warnings) {
    if (warnings.isEmpty()) {
      return;
    }
    html.raw("<section class=\"first\" aria-label=\"Read this first\">\n");
    html.element("h2", "Read this first").raw("<ul>\n");
    warnings.forEach(warning -> html.element("li", warning));
    html.raw("</ul>\n").close("section");
  }

  private static void contents(Html html, List<TenantResult> tenants, boolean hasCloses) {
    html.raw("<nav aria-label=\"Contents\">\n");
    if (tenants.size() == 1) {
      link(html, "locations", "Locations");
      link(html, "days", "Days");
      link(html, "work", "Work list");
      link(html, "late", "Late arrivals");
      link(html, "units", "Units");
      link(html, "evaluations", "New patients");
      if (hasCloses) {
        link(html, "closes", "Closed periods");
      }
    } else {
      for (int i = 0; i < tenants.size(); i++) {
        link(html, "t" + (i + 1) + "-totals", tenants.get(i).tenant());
      }
    }
    link(html, "records", "What was read");
    html.raw("</nav>\n");
  }

  private static void link(Html html, String id, String text) {
    html.raw("<a href=\"#" + id + "\">").text(text).raw("</a>\n");
  }

  private static void tenant(
      Html html, TenantResult tenant, About about, String prefix, UnaryOperator<String> visitName) {
    html.section(prefix + "totals", prefix.isEmpty() ? "Totals" : tenant.tenant());
    if (!prefix.isEmpty()) {
      Status.write(html, tenant);
    }
    html.remark("As of " + tenant.plain(tenant.asOf()) + ".");
    Status.totals(html, tenant);
    html.close("section");
    Locations.write(html, tenant, prefix);
    new Work(tenant, visitName).write(html, prefix);
    Late.write(html, tenant, prefix, visitName);
    Units.write(html, tenant, prefix, visitName);
    Evaluations.write(html, tenant, prefix);
    if (about.closes() != null) {
      ClosedPeriods.write(html, tenant, about.closes(), prefix);
    }
  }

  private static String hash(String script) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String style() {
    try (InputStream style = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(style).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
