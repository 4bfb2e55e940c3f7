package io.hosu.tables;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The engine's texts of single values, read as Iceberg keeps them. */
final class EngineValues {
  private static final LocalDate DAY_0 = LocalDate.EPOCH;
  private static final LocalDateTime MICRO_0 = DAY_0.atStartOfDay();
  private static final Pattern OFFSET =
      Pattern.compile("(.*)([+-]\\d\\d)(?::?(\\d\\d))?(?::?(\\d\\d))?");

  private EngineValues() {}

  /**
   * The value in Iceberg's own representation, or nothing when the text stands for something that
   * it cannot say: an infinite date, a year before 1, {@code 24:00:00}.
   */
  static Optional<Object> parse(Type type, String text) {
    try {
      return Optional.ofNullable(read(type, text));
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Object read(Type type, String text) {
    return switch (type.typeId()) {
      case BOOLEAN -> text.equals("1") || text.equalsIgnoreCase("true");
      case INTEGER -> Integer.valueOf(text);
      case LONG -> Long.valueOf(text);
      case FLOAT -> Float.valueOf(floating(text));
      case DOUBLE -> Double.valueOf(floating(text));
      case DATE -> Math.toIntExact(date(text).toEpochDay());
      case TIME -> LocalTime.parse(text).toNanoOfDay() / 1000;
      case TIMESTAMP -> SqlTypes.isZoned(type) ? zoned(text) : micros(text);
      case STRING -> text;
      case UUID -> UUID.fromString(text);
      case DECIMAL -> new BigDecimal(text).setScale(((Types.DecimalType) type).scale());
      case BINARY, FIXED -> ByteBuffer.wrap(HexFormat.of().parseHex(text));
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  private static String floating(String text) {
    return switch (text) {
      case "inf" -> "Infinity";
      case "-inf" -> "-Infinity";
      case "nan" -> "NaN";
      default -> text;
    };
  }

  /** ISO wants a sign before years of more than four digits; the engine writes none. */
  private static String signed(String text) {
    return text.indexOf('-') > 4 ? "+" + text : text;
  }

  private static LocalDate date(String text) {
    return LocalDate.parse(signed(text));
  }

  private static long micros(String text) {
    LocalDateTime time = LocalDateTime.parse(signed(text.replace(' ', 'T')));
    return ChronoUnit.MICROS.between(MICRO_0, time);
  }

  private static long zoned(String text) {
    Matcher matcher = OFFSET.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    int sign = matcher.group(2).startsWith("-") ? -1 : 1;
    ZoneOffset offset =
        ZoneOffset.ofHoursMinutesSeconds(
            Integer.parseInt(matcher.group(2)),
            sign * number(matcher.group(3)),
            sign * number(matcher.group(4)));
    return micros(matcher.group(1)) - offset.getTotalSeconds() * 1_000_000L;
  }

  private static int number(@org.jspecify.annotations.Nullable String text) {
    return text == null ? 0 : Integer.parseInt(text);
  }
}
