package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.List;

/** Masks as they are written. */
final class MaskText {
  private static final List<String> WORDS =
      List.of(
          "null",
          "constant",
          "hash",
          "token",
          "year",
          "month",
          "range",
          "phone",
          "email",
          "last",
          "first",
          "sql");
  private static final int MOST_CHARACTERS = 1000;

  private MaskText() {}

  static Mask parse(String written) {
    String text = written.strip();
    int open = text.indexOf('(');
    String word = (open < 0 ? text : text.substring(0, open)).strip();
    if (!WORDS.contains(word) || (open >= 0 && !text.endsWith(")"))) {
      throw unknown(text, word);
    }
    return open < 0 ? bare(word) : with(word, text.substring(open + 1, text.length() - 1).strip());
  }

  private static Mask bare(String word) {
    return switch (word) {
      case "null" -> new Mask.Null();
      case "hash" -> new Mask.Hash();
      case "token" -> new Mask.Token();
      case "year" -> new Mask.Year();
      case "month" -> new Mask.Month();
      case "phone" -> new Mask.Phone();
      case "email" -> new Mask.Email();
      case "constant" -> throw wrong("The mask 'constant' needs its text.", "constant(hidden)");
      case "range" -> throw wrong("The mask 'range' needs the size of a bucket.", "range(1000)");
      case "sql" -> throw wrong("The mask 'sql' needs its expression.", "sql(upper(city))");
      default -> throw wrong("The mask '%s' needs a number.".formatted(word), word + "(4)");
    };
  }

  private static Mask with(String word, String argument) {
    return switch (word) {
      case "constant" -> new Mask.Constant(argument);
      case "range" -> new Mask.Range(number(word, argument, Long.MAX_VALUE));
      case "last" -> new Mask.Last((int) number(word, argument, MOST_CHARACTERS));
      case "first" -> new Mask.First((int) number(word, argument, MOST_CHARACTERS));
      case "sql" -> new Mask.Sql(Condition.parse(argument));
      default -> throw wrong("The mask '%s' takes nothing in parentheses.".formatted(word), word);
    };
  }

  private static long number(String word, String text, long most) {
    boolean whole = text.matches("[0-9]{1,18}");
    long number = whole ? Long.parseLong(text) : 0;
    if (number < 1 || number > most) {
      throw wrong(
          "The mask %s(%s) needs a whole number from 1 to %d.".formatted(word, text, most),
          word + "(4)");
    }
    return number;
  }

  private static Invalid unknown(String text, String word) {
    boolean known = WORDS.contains(word);
    return new Invalid(
        GovernanceError.MASK_INVALID,
        known
            ? "The mask '%s' does not end with ')'.".formatted(text)
            : "'%s' is not a mask%s".formatted(word, Suggestions.ending(word, WORDS)),
        "Use one of: null, constant(TEXT), hash, token, year, month, range(N), phone, email,"
            + " last(N), first(N), sql(EXPRESSION).");
  }

  private static Invalid wrong(String what, String example) {
    return new Invalid(GovernanceError.MASK_INVALID, what, "Write %s.".formatted(example));
  }
}
