package io.hosu.tables;

import io.hosu.tables.Constant.Day;
import io.hosu.tables.Constant.Decimal;
import io.hosu.tables.Constant.Floating;
import io.hosu.tables.Constant.Moment;
import io.hosu.tables.Constant.Point;
import io.hosu.tables.Constant.Quoted;
import io.hosu.tables.Constant.Text;
import io.hosu.tables.Constant.Truth;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The values that constants of SQL are when they are compared with columns. There is none where the
 * engine would round, or convert the column instead, and for text that can be read in several ways.
 */
final class ConstantValues {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,38}(\\.\\d{1,38})?");

  /** A day, and maybe a time, to the microsecond, and its zone. */
  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)(?:[ T](\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?)(Z|[+-]\\d\\d(?::\\d\\d)?)?)?");

  private static final int LENGTH_OF_DAY = "2026-01-31".length();

  /** Whole numbers below it are each a binary number of their own. */
  private static final BigDecimal SMALL = BigDecimal.valueOf(1L << 53);

  private ConstantValues() {}

  /** What Iceberg compares a column of a type with, which has no binary numbers. */
  static Optional<Object> of(Constant constant, Type type) {
    Optional<?> value =
        switch (type.typeId()) {
          case BOOLEAN -> truth(constant);
          case INTEGER ->
              whole(constant, Integer.MIN_VALUE, Integer.MAX_VALUE).map(Math::toIntExact);
          case LONG -> whole(constant, Long.MIN_VALUE, Long.MAX_VALUE);
          case DECIMAL -> {
            Types.DecimalType decimal = (Types.DecimalType) type;
            yield decimal(constant, decimal.precision(), decimal.scale());
          }
          case DATE -> day(constant).map(day -> Math.toIntExact(day.toEpochDay()));
          case TIMESTAMP ->
              SqlTypes.isZoned(type)
                  ? point(constant).map(ConstantValues::micros)
                  : moment(constant).map(time -> micros(time.toInstant(ZoneOffset.UTC)));
          case STRING -> text(constant);
          default -> Optional.empty();
        };
    return value.map(Object.class::cast);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  static Optional<String> text(Constant constant) {
    return switch (constant) {
      case Quoted(String text) -> Optional.of(text);
      case Text(String text) -> Optional.of(text);
      default -> Optional.empty();
    };
  }

  static Optional<Boolean> truth(Constant constant) {
    return switch (constant) {
      case Truth(boolean value) -> Optional.of(value);
      case Quoted(String text) when text.equals("true") || text.equals("false") ->
          Optional.of(text.equals("true"));
      default -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> number(Constant constant) {
    return switch (constant) {
      case Decimal(BigDecimal value) -> Optional.of(value);
      case Quoted(String text) when NUMBER.matcher(text).matches() ->
          Optional.of(new BigDecimal(text));
      default -> Optional.empty();
    };
  }

  /**
   * A whole number. One with digits after the point may be compared as a binary number, of which
   * large ones stand for several: so it must be small.
   */
  private static Optional<Long> whole(Constant constant, long least, long most) {
    return number(constant)
        .filter(value -> value.scale() == 0 || value.abs().compareTo(SMALL) < 0)
        .flatMap(value -> scaled(value, 0))
        .map(BigDecimal::toBigInteger)
        .filter(value -> value.compareTo(BigInteger.valueOf(least)) >= 0)
        .filter(value -> value.compareTo(BigInteger.valueOf(most)) <= 0)
        .map(BigInteger::longValue);
  }

  static Optional<BigDecimal> decimal(Constant constant, int precision, int scale) {
    return number(constant)
        .flatMap(value -> scaled(value, scale))
        .filter(value -> value.precision() <= precision);
  }

  private static Optional<BigDecimal> scaled(BigDecimal value, int scale) {
    try {
      return Optional.of(value.setScale(scale));
    } catch (ArithmeticException _) {
      return Optional.empty();
    }
  }

  /** A binary number, or one next to it when it is between two. */
  static Optional<Double> floating(Constant constant) {
    Optional<Double> value =
        constant instanceof Floating(double its)
            ? Optional.of(its)
            : number(constant).map(BigDecimal::doubleValue);
    return value.filter(its -> !its.isInfinite() && !its.isNaN());
  }

  /** A day; a moment is one when the day begins with it. */
  static Optional<LocalDate> day(Constant constant) {
    if (constant instanceof Quoted(String text) && text.length() > LENGTH_OF_DAY) {
      return Optional.empty(); // the engine leaves the time out
    }
    return moment(constant)
        .filter(time -> time.toLocalTime().equals(LocalTime.MIDNIGHT))
        .map(LocalDateTime::toLocalDate);
  }

  /** A time without a zone; a day is its beginning. */
  static Optional<LocalDateTime> moment(Constant constant) {
    return switch (constant) {
      case Moment(LocalDateTime value) -> Optional.of(value);
      case Day(LocalDate value) -> Optional.of(value.atStartOfDay());
      case Quoted(String text) -> read(text).filter(time -> !time.zoned()).map(Time::local);
      default -> Optional.empty();
    };
  }

  /** A point in time; what has no zone is meant in UTC, which is the engine's. */
  static Optional<Instant> point(Constant constant) {
    return switch (constant) {
      case Point(Instant value) -> Optional.of(value);
      case Quoted(String text) -> read(text).map(time -> time.local().toInstant(time.zone()));
      default -> moment(constant).map(time -> time.toInstant(ZoneOffset.UTC));
    };
  }

  private record Time(LocalDateTime local, boolean zoned, ZoneOffset zone) {}

  private static Optional<Time> read(String text) {
    Matcher parts = TIME.matcher(text);
    if (!parts.matches() || text.startsWith("0000")) {
      return Optional.empty();
    }
    try {
      String time = parts.group(2) == null ? "00:00:00" : parts.group(2);
      String zone = parts.group(3);
      return Optional.of(
          new Time(
              LocalDateTime.parse(parts.group(1) + "T" + time),
              zone != null,
              zone == null ? ZoneOffset.UTC : ZoneOffset.of(zone)));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
