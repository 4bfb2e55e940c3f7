package io.hosu.tables;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;

/** Why a column of rows cannot join a column of a table, in the end of a sentence. */
final class Misfit {
  private Misfit() {}

  static String reason(Type there, Type arriving) {
    if (there.isListType() && arriving.isListType()) {
      return reason(there.asListType().elementType(), arriving.asListType().elementType());
    }
    if (there.isMapType() && arriving.isMapType()) {
      Types.MapType to = there.asMapType();
      Types.MapType from = arriving.asMapType();
      return to.keyType().typeId() == from.keyType().typeId()
          ? reason(to.valueType(), from.valueType())
          : "the keys of a map cannot get another type.";
    }
    if (!there.isPrimitiveType() || !arriving.isPrimitiveType()) {
      return "single values, lists, maps and structs cannot become one another.";
    }
    if (isNumber(there) && isNumber(arriving)) {
      return ofNumbers(there, arriving);
    }
    return ofOthers(there, arriving);
  }

  private static boolean isNumber(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> true;
      default -> false;
    };
  }

  private static String ofNumbers(Type there, Type arriving) {
    if (there.typeId() == TypeID.FLOAT || there.typeId() == TypeID.DOUBLE) {
      return "numbers of many digits would be rounded.";
    }
    if (there instanceof Types.DecimalType to && !isBinary(arriving)) {
      boolean finer = arriving instanceof Types.DecimalType from && from.scale() > to.scale();
      return finer
          ? "digits behind the point would be lost."
          : "both together need more than the 38 digits that a decimal can have.";
    }
    return "fractions and very large numbers would be lost.";
  }

  private static boolean isBinary(Type type) {
    return type.typeId() == TypeID.FLOAT || type.typeId() == TypeID.DOUBLE;
  }

  private static String ofOthers(Type there, Type arriving) {
    if (there.typeId() == TypeID.STRING) {
      return "every value could be written as a text, but would sort and compare as one from then"
          + " on, which the SQL must want.";
    }
    if (arriving.typeId() == TypeID.STRING) {
      return "not every text is a value of that type.";
    }
    if (there.typeId() == TypeID.TIMESTAMP && arriving.typeId() == TypeID.TIMESTAMP) {
      return "one is a point in time, the other a date and time that no zone places.";
    }
    if (there.typeId() == TypeID.DATE && arriving.typeId() == TypeID.TIMESTAMP) {
      return "the time of day would be lost.";
    }
    return "values of these types have no common form.";
  }
}
