package io.hosu.tables;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A constant that SQL compares a column with, of the type that it has there. */
public sealed interface Constant {
  /** Text in quotes: of whatever type the column has that it is compared with. */
  record Quoted(String text) implements Constant {}

  /** A text. */
  record Text(String text) implements Constant {}

  /** A whole number, or one with as many digits after the point as its type has. */
  record Decimal(BigDecimal value) implements Constant {}

  /** A binary number. */
  record Floating(double value) implements Constant {}

  /** TRUE or FALSE. */
  record Truth(boolean value) implements Constant {}

  /** A day. */
  record Day(LocalDate value) implements Constant {}

  /** A day and a time without a zone. */
  record Moment(LocalDateTime value) implements Constant {}

  /** A point in time. */
  record Point(Instant value) implements Constant {}

  /**
   * The constant converted by SQL to another type, if that changes nothing of it.
   *
   * @param type as the engine calls it, a decimal one with its digits: {@code DECIMAL(10,2)}
   */
  default Optional<Constant> as(String type) {
    return switch (type.toUpperCase(Locale.ROOT)) {
      case "VARCHAR", "TEXT", "STRING" -> ConstantValues.text(this).map(Text::new);
      case "TINYINT", "SMALLINT", "INTEGER", "INT", "BIGINT", "HUGEINT" ->
          ConstantValues.decimal(this, DIGITS, 0).map(Decimal::new);
      case "DOUBLE" -> ConstantValues.floating(this).map(Floating::new);
      case "FLOAT", "REAL" ->
          ConstantValues.floating(this)
              .filter(value -> value.floatValue() == value)
              .map(Floating::new);
      case "BOOLEAN", "BOOL" -> ConstantValues.truth(this).map(Truth::new);
      case "DATE" -> ConstantValues.day(this).map(Day::new);
      case "TIMESTAMP", "DATETIME" -> ConstantValues.moment(this).map(Moment::new);
      case "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE" -> ConstantValues.point(this).map(Point::new);
      default -> asDecimal(type);
    };
  }

  private Optional<Constant> asDecimal(String type) {
    Matcher digits = DECIMAL.matcher(type);
    return digits.matches()
        ? ConstantValues.decimal(
                this, Integer.parseInt(digits.group(1)), Integer.parseInt(digits.group(2)))
            .map(Decimal::new)
        : Optional.empty();
  }

  /** As many digits as a number can have. */
  int DIGITS = 38;

  /** The type of decimal numbers, with how many digits, and how many of them after the point. */
  Pattern DECIMAL = Pattern.compile("(?i)(?:DECIMAL|NUMERIC)\\((\\d{1,2}),(\\d{1,2})\\)");
}
