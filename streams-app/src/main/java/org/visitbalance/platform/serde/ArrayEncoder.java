package org.visitbalance.platform.serde;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;

/** Encodes Avro's binary form into a growing array; reused by one thread. */
final class ArrayEncoder extends BinaryEncoder {
  private static final int FIRST_SIZE = 1_024;
  private static final int KEPT_SIZE = 1_048_576;

  private byte[] bytes = new byte[FIRST_SIZE];
  private int size;

  /** Starts again with an empty array. */
  void reset() {
    size = 0;
    if (bytes.length > KEPT_SIZE) {
      bytes = new byte[FIRST_SIZE];
    }
  }

  /** Returns a copy of what was written since the last reset. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Writes Confluent's header: a zero byte, and the id in four bytes. */
  void writeHeader(int id) {
    byte[] room = room(WireFormat.HEADER);
    room[size++] = WireFormat.MAGIC;
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      room[size++] = (byte) (id >>> shift);
    }
  }

  @Override
  public void writeBoolean(boolean truth) {
    room(1)[size++] = truth ? (byte) 1 : 0;
  }

  @Override
  public void writeInt(int number) {
    writeLong(number);
  }

  @Override
  public void writeLong(long number) {
    byte[] room = room(10);
    int at = size;
    long rest = number << 1 ^ number >> 63;
    while ((rest & ~0x7fL) != 0) {
      room[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    room[at++] = (byte) rest;
    size = at;
  }

  @Override
  public void writeFloat(float number) {
    little(Float.floatToRawIntBits(number), Float.BYTES);
  }

  @Override
  public void writeDouble(double number) {
    little(Double.doubleToRawLongBits(number), Double.BYTES);
  }

  private void little(long bits, int count) {
    byte[] room = room(count);
    for (int i = 0; i < count; i++) {
      room[size++] = (byte) (bits >>> (Byte.SIZE * i));
    }
  }

  @Override
  public void writeString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeLong(utf8.length);
    writeFixed(utf8, 0, utf8.length);
  }

  @Override
  public void writeBytes(ByteBuffer bytes) {
    ByteBuffer from = bytes.duplicate();
    int length = from.remaining();
    writeLong(length);
    from.get(room(length), size, length);
    size += length;
  }

  @Override
  public void writeFixed(byte[] from, int start, int length) {
    System.arraycopy(from, start, room(length), size, length);
    size += length;
  }

  @Override
  protected void writeZero() {
    room(1)[size++] = 0;
  }

  @Override
  public int bytesBuffered() {
    return size;
  }

  @Override
  public void flush() {}

  private byte[] room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
    return bytes;
  }
}
