package org.visitbalance.ingest;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.ArrayList;
import java.util.List;

/** Reads a row as the trimmed texts of all its cells; used for headers. */
final class TextRow extends AbstractBaseCsvCallbackHandler<List<String>> {
  private List<String> cells = new ArrayList<>();

  @Override
  protected void handleBegin(long startingLineNumber) {
    cells = new ArrayList<>();
  }

  @Override
  protected void handleField(int index, char[] text, int offset, int length, boolean quoted) {
    cells.add(new String(text, offset, length).strip());
  }

  @Override
  protected List<String> buildRecord() {
    return cells;
  }
}
