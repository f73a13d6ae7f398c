package org.visitbalance.report.html;

/** Writes a table row by row; its columns say which of them hold numbers. */
final class HtmlTable {
  private static final String NUMBER = "n";

  private final Html html;
  private final String[] heads;
  private int cell;

  /**
   * Begins a table.
   *
   * @param style its class; none if empty
   * @param heads the headings of the columns; one that begins with # is a column of numbers
   */
  HtmlTable(Html html, String style, String... heads) {
    this.html = html;
    this.heads = heads.clone();
    html.raw("<div class=\"wide\">").open("table", style).raw("\n<thead><tr>");
    for (String head : heads) {
      boolean isNumber = head.startsWith("#");
      html.raw(isNumber ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
      html.text(isNumber ? head.substring(1) : head).close("th");
    }
    html.raw("</tr></thead>\n<tbody>\n");
  }

  /** Begins a row. */
  HtmlTable row() {
    return row("");
  }

  /** Begins a row of a class. */
  HtmlTable row(String style) {
    html.open("tr", style);
    cell = 0;
    return this;
  }

  /** Adds the heading of a row. */
  HtmlTable head(String text) {
    return head("", text);
  }

  /** Adds the heading of a row of a class. */
  HtmlTable head(String style, String text) {
    html.raw("<th scope=\"row\"" + (style.isEmpty() ? "" : " class=\"" + style + "\"") + ">");
    html.text(text).close("th");
    cell++;
    return this;
  }

  /** Adds a cell. */
  HtmlTable cell(String text) {
    return cell("", text);
  }

  /** Adds a cell of a class. */
  HtmlTable cell(String style, String text) {
    html.element("td", style(style), text);
    cell++;
    return this;
  }

  /** Adds a cell with HTML of the program. */
  HtmlTable raw(String style, String piece) {
    html.open("td", style(style)).raw(piece).close("td");
    cell++;
    return this;
  }

  private String style(String style) {
    boolean isNumber = cell < heads.length && heads[cell].startsWith("#");
    return isNumber ? (style + " " + NUMBER).strip() : style;
  }

  /** Ends a row. */
  HtmlTable end() {
    html.close("tr");
    return this;
  }

  /** Adds a row that is one cell: a heading within the table. */
  HtmlTable across(String style, String title, String remark) {
    html.open("tr", style).raw("<th scope=\"rowgroup\" colspan=\"" + heads.length + "\">");
    html.text(title);
    if (!remark.isEmpty()) {
      html.raw(" ").element("span", "quiet", remark);
    }
    html.close("th").close("tr");
    return this;
  }

  /** Ends the table. */
  void close() {
    html.raw("</tbody></table></div>\n");
  }
}
