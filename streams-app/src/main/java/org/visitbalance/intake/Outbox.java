package org.visitbalance.intake;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** The facts of a file that are to be sent, in order, some of them in each row of a table. */
final class Outbox {
  /** The most facts in a row. */
  private static final int SOME = 250;

  /** A row with more bytes takes no more facts. */
  private static final int MANY_BYTES = 256 << 10;

  private final Sql sql;
  private final long receipt;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private int count;
  private long written;

  Outbox(Sql sql, long receipt) {
    this.sql = sql;
    this.receipt = receipt;
  }

  /** Adds a fact, at the latest with {@link #flush}. */
  void add(SpecificRecord fact) {
    byte[] bytes = FactBytes.encode(fact);
    waiting.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    waiting.writeBytes(bytes);
    count++;
    if (count == SOME || waiting.size() > MANY_BYTES) {
      flush();
    }
  }

  /** Writes what waits for more facts. */
  void flush() {
    if (count > 0) {
      sql.update("insert into outbox values (?, ?, ?)", receipt, written, waiting.toByteArray());
      written += count;
      count = 0;
      waiting.reset();
    }
  }

  /** Returns the next facts. */
  List<SpecificRecord> next(long from, long most) {
    List<SpecificRecord> next = new ArrayList<>();
    sql.each(
        "select n, facts from outbox where receipt = ? and n > ? and n < ? order by n",
        row -> {
          long n = Sql.read(one -> one.getLong(1), row);
          ByteBuffer facts = ByteBuffer.wrap(Sql.read(one -> one.getBytes(2), row));
          for (; facts.hasRemaining() && n < from + most; n++) {
            byte[] bytes = new byte[facts.getInt()];
            facts.get(bytes);
            if (n >= from) {
              next.add(FactBytes.decode(bytes));
            }
          }
        },
        receipt,
        from - SOME,
        from + most);
    return next;
  }

  /** Forgets everything: all of it is on the topics. */
  void clear() {
    sql.update("delete from outbox where receipt = ?", receipt);
  }
}
