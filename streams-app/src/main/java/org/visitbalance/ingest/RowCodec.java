package org.visitbalance.ingest;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a row as bytes. What one form of the program has written must not be read by
 * another one: see {@link #form}.
 */
final class RowCodec {
  private static final int ABSENT = -1;

  private RowCodec() {}

  /** Returns a text that differs between programs that cannot read each other's bytes. */
  static String form() {
    StringBuilder form = new StringBuilder();
    for (RowKind kind : RowKind.values()) {
      form.append(kind).append(':');
      for (Field field : kind.fields()) {
        form.append(field.label()).append(' ').append(field.type()).append(',');
      }
    }
    return form.toString();
  }

  static byte[] encode(RowKind kind, @Nullable Object[] values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Field field : kind.fields()) {
        Object value = values[kind.slot(field)];
        out.writeBoolean(value != null);
        if (value != null) {
          write(field, value, out);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static @Nullable Object[] decode(RowKind kind, byte[] bytes) {
    @Nullable Object[] values = new Object[kind.fields().size()];
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (Field field : kind.fields()) {
        if (in.readBoolean()) {
          values[kind.slot(field)] = read(kind, field, in);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  private static void write(Field field, Object value, DataOutputStream out) throws IOException {
    switch (field.type()) {
      case TEXT, POS_CODE -> text((String) value, out);
      case SYMBOL -> text(((Enum<?>) value).name(), out);
      case DATE -> out.writeInt((int) ((LocalDate) value).toEpochDay());
      case INSTANT -> {
        Instant at = (Instant) value;
        out.writeLong(at.getEpochSecond());
        out.writeInt(at.getNano());
      }
      case WHOLE -> out.writeInt((Integer) value);
      case MONEY -> out.writeLong((Long) value);
      case TRUTH -> out.writeBoolean((Boolean) value);
      case MODIFIERS -> {
        List<?> all = (List<?>) value;
        out.writeInt(all.size());
        for (Object one : all) {
          text(one.toString(), out);
        }
      }
    }
  }

  private static Object read(RowKind kind, Field field, DataInputStream in) throws IOException {
    return switch (field.type()) {
      case TEXT, POS_CODE -> RowFacts.need(text(in));
      case SYMBOL -> RowFacts.need(kind.symbols(field).get(RowFacts.need(text(in))));
      case DATE -> LocalDate.ofEpochDay(in.readInt());
      case INSTANT -> Instant.ofEpochSecond(in.readLong(), in.readInt());
      case WHOLE -> in.readInt();
      case MONEY -> in.readLong();
      case TRUTH -> in.readBoolean();
      case MODIFIERS -> {
        int size = in.readInt();
        List<String> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
          all.add(RowFacts.need(text(in)));
        }
        yield all;
      }
    };
  }

  /** Texts may be longer than {@link DataOutputStream#writeUTF} can write. */
  private static void text(@Nullable String text, DataOutputStream out) throws IOException {
    if (text == null) {
      out.writeInt(ABSENT);
      return;
    }
    out.writeInt(text.length());
    out.writeChars(text);
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length == ABSENT) {
      return null;
    }
    byte[] bytes = in.readNBytes(2 * length);
    char[] letters = new char[length];
    for (int i = 0; i < length; i++) {
      letters[i] = (char) ((bytes[2 * i] & 0xFF) << 8 | (bytes[2 * i + 1] & 0xFF));
    }
    return new String(letters);
  }
}
