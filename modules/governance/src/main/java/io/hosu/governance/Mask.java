package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import java.util.Comparator;

/**
 * What is seen in the place of a cell.
 *
 * <p>Masks have a total order, by how much they disclose: what several grants show of one cell is
 * the greatest of what they show, in whatever order they were given. Masks of different kinds
 * compare as the kinds stand below; of one kind, a smaller {@code range} and a larger {@code last}
 * or {@code first} are the greater, and texts compare as texts, only so that there is an order.
 *
 * <p>{@link #parse} reads back what {@code toString} prints. A cell that is NULL is NULL under
 * every mask but {@code constant} and {@code sql}.
 */
public sealed interface Mask extends Comparable<Mask> {

  /** Nothing: NULL. */
  record Null() implements Mask {
    @Override
    public String toString() {
      return "null";
    }
  }

  /** The same text for every cell. */
  record Constant(String text) implements Mask {
    @Override
    public String toString() {
      return "constant(%s)".formatted(text);
    }
  }

  /** A keyed hash, {@link MaskKeys#hashKey}: equal cells of a domain look equal. */
  record Hash() implements Mask {
    @Override
    public String toString() {
      return "hash";
    }
  }

  /** A random token of the domain's vault, from which who may DETOKENIZE gets the value back. */
  record Token() implements Mask {
    @Override
    public String toString() {
      return "token";
    }
  }

  /** The first day of the year of a date or timestamp. */
  record Year() implements Mask {
    @Override
    public String toString() {
      return "year";
    }
  }

  /** The first day of the month of a date or timestamp. */
  record Month() implements Mask {
    @Override
    public String toString() {
      return "month";
    }
  }

  /** The lower bound of the bucket of {@code size} in which a number lies. */
  record Range(long size) implements Mask {
    @Override
    public String toString() {
      return "range(%d)".formatted(size);
    }
  }

  /** The shape of a telephone number with its last two digits; all others are {@code *}. */
  record Phone() implements Mask {
    @Override
    public String toString() {
      return "phone";
    }
  }

  /** The first letter and the domain of an e-mail address: {@code a***@example.com}. */
  record Email() implements Mask {
    @Override
    public String toString() {
      return "email";
    }
  }

  /** The last characters; each one before them is {@code *}. */
  record Last(int characters) implements Mask {
    @Override
    public String toString() {
      return "last(%d)".formatted(characters);
    }
  }

  /** The first characters; each one after them is {@code *}. */
  record First(int characters) implements Mask {
    @Override
    public String toString() {
      return "first(%d)".formatted(characters);
    }
  }

  /** What an SQL expression over the columns of the table gives. */
  record Sql(Condition expression) implements Mask {
    @Override
    public String toString() {
      return "sql(%s)".formatted(expression);
    }
  }

  /**
   * Reads a mask as it is written in grants.
   *
   * @throws Invalid {@link GovernanceError#MASK_INVALID} with a suggestion
   */
  static Mask parse(String text) {
    return MaskText.parse(text);
  }

  /** Whether there are columns that it does not fit. */
  default boolean mayNotFit() {
    return switch (this) {
      case Year _, Month _, Range _, Sql _ -> true;
      case Null _, Constant _, Hash _, Token _, Phone _, Email _, Last _, First _ -> false;
    };
  }

  @Override
  default int compareTo(Mask other) {
    return Comparator.comparingInt(Mask::rank)
        .thenComparingLong(Mask::amount)
        .thenComparing(Mask::toString)
        .compare(this, other);
  }

  private static int rank(Mask mask) {
    return switch (mask) {
      case Null _ -> 0;
      case Constant _ -> 1;
      case Hash _ -> 2;
      case Token _ -> 3;
      case Year _ -> 4;
      case Month _ -> 5;
      case Range _ -> 6;
      case Phone _ -> 7;
      case Email _ -> 8;
      case Last _ -> 9;
      case First _ -> 10;
      case Sql _ -> 11;
    };
  }

  private static long amount(Mask mask) {
    return switch (mask) {
      case Range(long size) -> -size;
      case Last(int characters) -> characters;
      case First(int characters) -> characters;
      case Null _, Constant _, Hash _, Token _, Year _, Month _, Phone _, Email _, Sql _ -> 0;
    };
  }
}
