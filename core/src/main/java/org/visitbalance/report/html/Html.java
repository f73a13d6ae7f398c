package org.visitbalance.report.html;

/** A page of HTML that grows. Every text is escaped; tags and classes come from the program. */
final class Html {
  private final StringBuilder html = new StringBuilder();

  /** Returns a text that may stand in HTML, within an attribute or outside. */
  static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        default -> safe.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
    return safe.toString();
  }

  /** Adds HTML of the program. */
  Html raw(String piece) {
    html.append(piece);
    return this;
  }

  /** Adds a text. */
  Html text(String text) {
    html.append(escaped(text));
    return this;
  }

  /** Adds an element with a text. */
  Html element(String tag, String text) {
    return element(tag, "", text);
  }

  /**
   * Adds an element with a text.
   *
   * @param style its class; none if empty
   */
  Html element(String tag, String style, String text) {
    return open(tag, style).text(text).close(tag);
  }

  /** Begins an element. */
  Html open(String tag, String style) {
    html.append('<').append(tag);
    if (!style.isEmpty()) {
      html.append(" class=\"").append(escaped(style)).append('"');
    }
    html.append('>');
    return this;
  }

  /** Ends an element. */
  Html close(String tag) {
    html.append("</").append(tag).append(">");
    if (!tag.equals("td") && !tag.equals("th") && !tag.equals("span")) {
      html.append('\n');
    }
    return this;
  }

  /** Adds a paragraph. */
  Html paragraph(String text) {
    return element("p", text);
  }

  /** Adds a paragraph in the background. */
  Html remark(String text) {
    return element("p", "quiet", text);
  }

  /** Begins a section with its heading. */
  Html section(String id, String title) {
    return raw("<section id=\"" + escaped(id) + "\">\n").element("h2", title);
  }

  /** Begins what is folded until somebody opens it; printed in any case. */
  Html fold(String summary, boolean isOpen) {
    return raw(isOpen ? "<details open><summary>" : "<details><summary>")
        .text(summary)
        .raw("</summary>\n");
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
