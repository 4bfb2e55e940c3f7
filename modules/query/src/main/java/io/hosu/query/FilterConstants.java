package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.tables.Constant;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The constants of a tree: literals, conversions of them, and days and times so many days, months
 * or hours before or after.
 */
final class FilterConstants {
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,38}");
  private static final Pattern DECIMAL = Pattern.compile("-?\\d*\\.\\d*");
  private static final Pattern BINARY = Pattern.compile("-?\\d+(\\.\\d+)?[eE][+-]?\\d{1,3}");
  private static final Pattern SHORT = Pattern.compile("-?\\d{1,6}");
  private static final int DIGITS = 38;
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "to_years", ChronoUnit.YEARS,
          "to_months", ChronoUnit.MONTHS,
          "to_weeks", ChronoUnit.WEEKS,
          "to_days", ChronoUnit.DAYS,
          "to_hours", ChronoUnit.HOURS,
          "to_minutes", ChronoUnit.MINUTES);

  private FilterConstants() {}

  /** The constant that an expression is; empty for anything else, and for NULL. */
  static Optional<Constant> of(JsonNode expression) {
    return switch (expression.path("class").asText()) {
      case "CONSTANT" -> literal(expression.path("literal"));
      case "CAST" -> of(expression.path("child")).flatMap(its -> its.as(type(expression)));
      case "FUNCTION" -> moved(expression);
      default -> Optional.empty();
    };
  }

  /** Whether an expression is the literal NULL. */
  static boolean isNull(JsonNode expression) {
    return kind(expression.path("literal")).equals("NULL_LITERAL");
  }

  private static String kind(JsonNode literal) {
    return literal.path("kind").asText();
  }

  private static Optional<Constant> literal(JsonNode literal) {
    String text = literal.path("text").asText();
    return switch (kind(literal)) {
      case "STRING" -> Optional.of(new Constant.Quoted(text));
      case "BOOLEAN" -> Optional.of(new Constant.Truth(text.equals("true")));
      case "INTEGER" ->
          WHOLE.matcher(text).matches() ? Optional.of(number(text)) : Optional.empty();
      case "NUMERIC" -> numeric(text);
      default -> Optional.empty();
    };
  }

  private static Constant number(String text) {
    return new Constant.Decimal(new BigDecimal(text));
  }

  /** A decimal number is a binary one when it has more digits than those can have. */
  private static Optional<Constant> numeric(String text) {
    if (DECIMAL.matcher(text).matches() && text.chars().anyMatch(Character::isDigit)) {
      BigDecimal value = new BigDecimal(text);
      return value.precision() <= DIGITS && value.scale() <= DIGITS
          ? Optional.of(new Constant.Decimal(value))
          : Optional.empty();
    }
    return BINARY.matcher(text).matches()
        ? Optional.of(new Constant.Floating(Double.parseDouble(text)))
        : Optional.empty();
  }

  /** The type that a conversion makes; of what it is not sure, the name of no type. */
  private static String type(JsonNode cast) {
    JsonNode type = cast.path("type_expr");
    List<String> digits = new ArrayList<>();
    type.path("children").forEach(child -> digits.add(child.path("literal").path("text").asText()));
    String name = type.path("type_name").asText();
    return digits.isEmpty() ? name : "%s(%s)".formatted(name, String.join(",", digits));
  }

  /** {@code DATE '1998-12-01' - INTERVAL '90' DAY}. */
  private static Optional<Constant> moved(JsonNode function) {
    String name = function.path("function_name").asText();
    JsonNode arguments = function.path("arguments");
    if (!(name.equals("+") || name.equals("-")) || arguments.size() != 2) {
      return Optional.empty();
    }
    JsonNode interval = arguments.path(1).path("expression");
    ChronoUnit unit = UNITS.get(interval.path("function_name").asText());
    Optional<Long> count = count(interval.path("arguments"));
    Optional<LocalDateTime> from =
        of(arguments.path(0).path("expression")).flatMap(FilterConstants::time);
    if (unit == null || count.isEmpty() || from.isEmpty()) {
      return Optional.empty();
    }
    try {
      long steps = name.equals("+") ? count.get() : -count.get();
      return Optional.of(from.get().plus(steps, unit))
          .filter(to -> to.getYear() > 0 && to.getYear() < 10_000)
          .map(Constant.Moment::new);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<LocalDateTime> time(Constant constant) {
    return switch (constant) {
      case Constant.Day(var day) -> Optional.of(day.atStartOfDay());
      case Constant.Moment(var time) -> Optional.of(time);
      default -> Optional.empty();
    };
  }

  /** The number in {@code to_days(CAST(trunc(CAST('90' AS DOUBLE)) AS INTEGER))}. */
  private static Optional<Long> count(JsonNode arguments) {
    JsonNode at = arguments.path(0).path("expression");
    while (true) {
      if (at.path("class").asText().equals("CAST")) {
        at = at.path("child");
      } else if (at.path("function_name").asText().equals("trunc")) {
        at = at.path("arguments").path(0).path("expression");
      } else {
        break;
      }
    }
    String text = at.path("literal").path("text").asText();
    return SHORT.matcher(text).matches() ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }
}
