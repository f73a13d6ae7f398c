package org.visitbalance.insight;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.visitbalance.core.CodePoints;

/** One thing that visits have in common, or two (rules.md#common-causes). */
record Combination(Trait first, @Nullable Trait second) {
  /** In the order in which the first of two equally good combinations is taken. */
  static final Comparator<Combination> ORDER =
      Comparator.<Combination>comparingInt(one -> one.second() == null ? 1 : 2)
          .thenComparing(Combination::about, CodePoints.ORDER);

  /** The names of the traits. */
  enum Name {
    DAY("day", "finalized on "),
    PAYER("payer", "payer "),
    THERAPIST("therapist", "therapist "),
    LOCATION("location", "location "),
    CODE("code", "code ");

    private final String id;
    private final String words;

    Name(String id, String words) {
      this.id = id;
      this.words = words;
    }
  }

  record Trait(Name name, String value) {
    @Override
    public int hashCode() {
      return 31 * name.id.hashCode() + value.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Trait trait && name == trait.name && value.equals(trait.value);
    }
  }

  /** Some are looked up for each visit: what Java makes for a record takes longer. */
  @Override
  public int hashCode() {
    return 31 * first.hashCode() + (second == null ? 0 : second.hashCode());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Combination one
        && first.equals(one.first)
        && Objects.equals(second, one.second);
  }

  static Combination of(Name name, String value) {
    return new Combination(new Trait(name, value), null);
  }

  static Combination of(Name name, String value, Name other, String otherValue) {
    return new Combination(new Trait(name, value), new Trait(other, otherValue));
  }

  private List<Trait> traits() {
    return second == null ? List.of(first) : List.of(first, second);
  }

  boolean shares(Combination other) {
    return traits().stream().anyMatch(other.traits()::contains);
  }

  String about() {
    return traits().stream()
        .map(one -> one.name().id + "=" + one.value())
        .collect(Collectors.joining(" "));
  }

  String words() {
    return traits().stream()
        .map(one -> one.name().words + one.value())
        .collect(Collectors.joining(", "));
  }

  @Nullable LocalDate day() {
    String day = value(Name.DAY);
    return day == null ? null : LocalDate.parse(day);
  }

  @Nullable String value(Name name) {
    for (Trait one : traits()) {
      if (one.name() == name) {
        return one.value();
      }
    }
    return null;
  }
}
