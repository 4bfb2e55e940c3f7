package io.hosu.tables;

import java.util.Optional;
import org.apache.iceberg.types.Type.PrimitiveType;
import org.apache.iceberg.types.Types;

/**
 * The column type that keeps both what is there and what arrives, every value exactly. Only what
 * Iceberg's format v2 lets a column become: int to long, float to double, decimals of more digits.
 */
final class Widening {
  private Widening() {}

  static Optional<PrimitiveType> of(PrimitiveType current, PrimitiveType incoming) {
    if (current.equals(incoming)) {
      return Optional.of(current);
    }
    return switch (current.typeId()) {
      case INTEGER -> when(incoming instanceof Types.LongType, incoming);
      case LONG -> when(incoming instanceof Types.IntegerType, current);
      case FLOAT -> when(incoming instanceof Types.DoubleType, incoming);
      case DOUBLE ->
          when(
              incoming instanceof Types.FloatType || incoming instanceof Types.IntegerType,
              current);
      case TIMESTAMP ->
          when(incoming instanceof Types.DateType && !SqlTypes.isZoned(current), current);
      case DECIMAL -> ofDecimal((Types.DecimalType) current, incoming);
      default -> Optional.empty();
    };
  }

  private static Optional<PrimitiveType> ofDecimal(
      Types.DecimalType current, PrimitiveType incoming) {
    int digits = wholeDigits(incoming);
    int scale = incoming instanceof Types.DecimalType decimal ? decimal.scale() : 0;
    int precision = Math.max(current.precision(), digits + current.scale());
    boolean fits = digits > 0 && scale <= current.scale() && precision <= 38;
    return fits ? Optional.of(Types.DecimalType.of(precision, current.scale())) : Optional.empty();
  }

  private static int wholeDigits(PrimitiveType type) {
    return switch (type) {
      case Types.IntegerType _ -> 10;
      case Types.LongType _ -> 19;
      case Types.DecimalType decimal -> Math.max(1, decimal.precision() - decimal.scale());
      default -> -1;
    };
  }

  private static Optional<PrimitiveType> when(boolean fits, PrimitiveType type) {
    return fits ? Optional.of(type) : Optional.empty();
  }
}
