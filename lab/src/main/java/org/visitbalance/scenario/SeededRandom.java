package org.visitbalance.scenario;

import java.util.List;

/**
 * A seeded random source: SplitMix64, implemented here so that a seed gives the same facts on every
 * Java version. Each visit has its own source, so that changing one rate leaves the others alone.
 */
final class SeededRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  SeededRandom(long seed) {
    state = seed;
  }

  /** Returns a random source for one thing among many; equal parts give equal sources. */
  static SeededRandom of(long seed, long first, long second, long third) {
    return new SeededRandom(mix(mix(mix(mix(seed) + first) + second) + third));
  }

  long next() {
    state += GOLDEN;
    return mix(state);
  }

  /**
   * Returns true with the given probability; always draws, so that a rate of 0 does not shift
   * anything.
   */
  boolean chance(double probability) {
    return (next() >>> 11) * 0x1.0p-53 < probability;
  }

  /** Returns a number from 0 to bound - 1. */
  int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  /** Returns a number in this range, both ends included. */
  int between(int least, int most) {
    return least + below(most - least + 1);
  }

  <T> T pick(List<T> from) {
    return from.get(below(from.size()));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
