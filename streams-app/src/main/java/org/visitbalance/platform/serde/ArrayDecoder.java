package org.visitbalance.platform.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Decodes Avro's binary form from an array. Unlike Avro's own decoder, it rejects any length that
 * goes beyond the array and text that is not UTF-8, so garbage neither allocates gigabytes nor
 * becomes another text. (Avro's limits apply to a whole JVM, and it replaces invalid bytes.)
 */
final class ArrayDecoder extends Decoder {
  private static final int LONGEST_INT = 5;
  private static final int LONGEST_LONG = 10;

  private final byte[] bytes;
  private final @Nullable KnownTexts texts;
  private int position;

  ArrayDecoder(byte[] bytes, int position, @Nullable KnownTexts texts) {
    this.bytes = bytes;
    this.position = position;
    this.texts = texts;
  }

  /** Returns the position of the next value. */
  int position() {
    return position;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return bytes[take(1)] == 1;
  }

  @Override
  public int readInt() throws IOException {
    int value = 0;
    for (int i = 0; i < LONGEST_INT; i++) {
      byte next = bytes[take(1)];
      value |= (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new AvroRuntimeException("an int with too many bytes");
  }

  @Override
  public long readLong() throws IOException {
    long value = 0;
    for (int i = 0; i < LONGEST_LONG; i++) {
      byte next = bytes[take(1)];
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new AvroRuntimeException("a long with too many bytes");
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat((int) little(Float.BYTES));
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(little(Double.BYTES));
  }

  private long little(int count) throws IOException {
    int at = take(count);
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = (value << Byte.SIZE) | (bytes[at + i] & 0xff);
    }
    return value;
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    int length = length();
    int at = take(length);
    return texts == null ? StrictUtf8.decode(bytes, at, length) : texts.of(bytes, at, length);
  }

  @Override
  public void skipString() throws IOException {
    take(length());
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    int length = length();
    byte[] copy = new byte[length];
    readFixed(copy, 0, length);
    return ByteBuffer.wrap(copy);
  }

  @Override
  public void skipBytes() throws IOException {
    take(length());
  }

  @Override
  public void readFixed(byte[] into, int start, int length) throws IOException {
    System.arraycopy(bytes, take(length), into, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    take(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return items();
  }

  @Override
  public long arrayNext() throws IOException {
    return items();
  }

  @Override
  public long skipArray() throws IOException {
    return skipItems();
  }

  @Override
  public long readMapStart() throws IOException {
    return items();
  }

  @Override
  public long mapNext() throws IOException {
    return items();
  }

  @Override
  public long skipMap() throws IOException {
    return skipItems();
  }

  /**
   * Reads an item count. A negative count is followed by the size of its block; an item takes at
   * least one byte.
   */
  private long items() throws IOException {
    long count = readLong();
    if (count < 0) {
      count = -count;
      readLong();
    }
    if (count < 0 || count > bytes.length - position) {
      throw new EOFException();
    }
    return count;
  }

  private long skipItems() throws IOException {
    long count = readLong();
    while (count < 0) {
      long size = readLong();
      if (size < 0 || size > bytes.length - position) {
        throw new EOFException();
      }
      position += (int) size;
      count = readLong();
    }
    if (count > bytes.length - position) {
      throw new EOFException();
    }
    return count;
  }

  private int length() throws IOException {
    long length = readLong();
    if (length < 0 || length > bytes.length - position) {
      throw new EOFException();
    }
    return (int) length;
  }

  private int take(int count) throws IOException {
    int at = position;
    if (count < 0 || count > bytes.length - at) {
      throw new EOFException();
    }
    position = at + count;
    return at;
  }
}
