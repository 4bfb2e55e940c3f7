package io.hosu.tables;

import io.hosu.tables.FileFilter.Comparison;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * A filter as Iceberg's expression, which holds at least of each row of which the filter holds as
 * the engine computes it.
 *
 * <p>The engine holds NaN to be the greatest number and both zeros to be one, and rounds to binary
 * numbers: so these are compared with a few more values than those that are meant.
 *
 * @param from in which the filter names columns
 * @param to in which the expression names them
 */
record FilterExpressions(Schema from, Schema to) {
  /** Steps to the next binary number: more than any conversion is wrong by. */
  private static final int STEPS = 4;

  Expression of(FileFilter filter) {
    return switch (filter) {
      case FileFilter.All(List<FileFilter> all) ->
          all.stream().map(this::of).reduce(Expressions.alwaysTrue(), Expressions::and);
      case FileFilter.Any(List<FileFilter> any) ->
          any.stream().map(this::of).reduce(Expressions.alwaysFalse(), Expressions::or);
      case FileFilter.Compared(String column, Comparison by, Constant constant) ->
          of(column, its -> its.compared(by, constant));
      case FileFilter.Between(String column, Constant least, Constant most) ->
          of(column, its -> its.between(least, most));
      case FileFilter.Outside(String column, Constant least, Constant most) ->
          of(column, its -> its.outside(least, most));
      case FileFilter.OneOf(String column, List<Constant> constants) ->
          of(column, its -> its.oneOf(constants));
      case FileFilter.NoneOf(String column, List<Constant> constants) ->
          of(column, its -> its.noneOf(constants));
      case FileFilter.Null(String column) -> of(column, Column::isNull);
      case FileFilter.NotNull(String column) -> of(column, its -> Expressions.notNull(its.name()));
      case FileFilter.Begins(String column, String with) ->
          ofText(column, its -> Expressions.startsWith(its.name(), with));
      case FileFilter.BeginsNot(String column, String with) ->
          ofText(column, its -> Expressions.notStartsWith(its.name(), with));
    };
  }

  private Expression of(String column, Function<Column, Expression> filter) {
    return column(column).map(filter).orElseGet(Expressions::alwaysTrue);
  }

  private Expression ofText(String column, Function<Column, Expression> filter) {
    return of(
        column,
        its ->
            its.field().type().typeId() == Type.TypeID.STRING
                ? filter.apply(its)
                : Expressions.alwaysTrue());
  }

  /** The column of a name, if there is one and it is alike in both schemas. */
  private Optional<Column> column(String name) {
    List<NestedField> named =
        from.columns().stream().filter(field -> small(field.name()).equals(small(name))).toList();
    if (named.size() != 1) {
      return Optional.empty();
    }
    NestedField field = named.getFirst();
    return Optional.ofNullable(to.asStruct().field(field.fieldId()))
        .filter(its -> its.type().equals(field.type()))
        .map(Column::new);
  }

  /** The engine tells no other letters apart by their case. */
  private static String small(String name) {
    StringBuilder small = new StringBuilder(name);
    for (int i = 0; i < small.length(); i++) {
      char c = small.charAt(i);
      small.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c);
    }
    return small.toString();
  }

  /** A column as the expression names it. */
  private record Column(NestedField field) {
    String name() {
      return field.name();
    }

    /** A column that must not be NULL may be so in files that do not keep to it. */
    Expression isNull() {
      return field.isOptional() ? Expressions.isNull(name()) : Expressions.alwaysTrue();
    }

    private boolean isBinary() {
      return field.type().typeId() == Type.TypeID.FLOAT
          || field.type().typeId() == Type.TypeID.DOUBLE;
    }

    Expression compared(Comparison by, Constant constant) {
      return isBinary()
          ? ConstantValues.floating(constant)
              .map(value -> near(by, value))
              .orElseGet(Expressions::alwaysTrue)
          : ConstantValues.of(constant, field.type())
              .map(value -> exactly(by, value))
              .orElseGet(Expressions::alwaysTrue);
    }

    private Expression exactly(Comparison by, Object value) {
      return switch (by) {
        case EQUAL -> Expressions.equal(name(), value);
        case NOT_EQUAL -> Expressions.notEqual(name(), value);
        case LESS -> Expressions.lessThan(name(), value);
        case AT_MOST -> Expressions.lessThanOrEqual(name(), value);
        case GREATER -> Expressions.greaterThan(name(), value);
        case AT_LEAST -> Expressions.greaterThanOrEqual(name(), value);
      };
    }

    private Expression near(Comparison by, double value) {
      return switch (by) {
        case EQUAL -> Expressions.and(atLeast(value), atMost(value));
        case NOT_EQUAL -> Expressions.alwaysTrue();
        case LESS, AT_MOST -> atMost(value);
        case GREATER, AT_LEAST ->
            Expressions.or(atLeast(value), Expressions.isNaN(name())); // NaN is the greatest
      };
    }

    private Expression atLeast(double value) {
      return Expressions.greaterThanOrEqual(name(), beside(value, Double.NEGATIVE_INFINITY));
    }

    private Expression atMost(double value) {
      return Expressions.lessThanOrEqual(name(), beside(value, Double.POSITIVE_INFINITY));
    }

    private Object beside(double value, double towards) {
      if (field.type().typeId() == Type.TypeID.FLOAT) {
        float near = (float) value;
        for (int i = 0; i < STEPS; i++) {
          near = Math.nextAfter(near, towards);
        }
        return near;
      }
      double near = value;
      for (int i = 0; i < STEPS; i++) {
        near = Math.nextAfter(near, towards);
      }
      return near;
    }

    private boolean fit(List<Constant> constants) {
      return constants.stream()
          .allMatch(constant ->
              isBinary()
                  ? ConstantValues.floating(constant).isPresent()
                  : ConstantValues.of(constant, field.type()).isPresent());
    }

    Expression between(Constant least, Constant most) {
      return fit(List.of(least, most))
          ? Expressions.and(
              compared(Comparison.AT_LEAST, least), compared(Comparison.AT_MOST, most))
          : Expressions.alwaysTrue();
    }

    Expression outside(Constant least, Constant most) {
      return fit(List.of(least, most))
          ? Expressions.or(compared(Comparison.LESS, least), compared(Comparison.GREATER, most))
          : Expressions.alwaysTrue();
    }

    Expression oneOf(List<Constant> constants) {
      if (!fit(constants)) {
        return Expressions.alwaysTrue();
      }
      if (isBinary()) {
        return constants.stream()
            .map(constant -> compared(Comparison.EQUAL, constant))
            .reduce(Expressions.alwaysFalse(), Expressions::or);
      }
      return Expressions.in(name(), values(constants));
    }

    Expression noneOf(List<Constant> constants) {
      return isBinary() || !fit(constants)
          ? Expressions.alwaysTrue()
          : Expressions.notIn(name(), values(constants));
    }

    private List<Object> values(List<Constant> constants) {
      return constants.stream()
          .flatMap(constant -> ConstantValues.of(constant, field.type()).stream())
          .toList();
    }
  }
}
