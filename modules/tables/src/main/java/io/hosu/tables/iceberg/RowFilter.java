package io.hosu.tables.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a grant as the expression of the protocol that holds for exactly the same rows. In
 * SQL a condition is TRUE, FALSE or NULL; in the protocol an expression holds or does not, and a
 * comparison may hold for NULL. So each comparison is told twice, for what makes it TRUE and what
 * makes it FALSE, and asks first that the column is not NULL. Belongs to one thread.
 */
final class RowFilter {
  private static final int DEEPEST = 50;

  private final Names names;
  private final RowFilterWords words;
  private int depth;

  private RowFilter(Names names, String sql) {
    this.names = names;
    this.words = new RowFilterWords(sql);
  }

  /**
   * The columns that a condition may speak of.
   *
   * @param former by names that columns had and none has now, in small letters, what the column
   *     that had it last is called now
   */
  record Names(Schema schema, Map<String, String> former) {
    Names {
      former = Map.copyOf(former);
    }

    /** The columns of this name; none has it: the one that had it last. */
    private List<Types.NestedField> find(String name) {
      List<Types.NestedField> now = bearing(name);
      String later = former.get(name.toLowerCase(Locale.ROOT));
      return now.isEmpty() && later != null ? bearing(later) : now;
    }

    private List<Types.NestedField> bearing(String name) {
      return schema.columns().stream()
          .filter(field -> field.name().equalsIgnoreCase(name))
          .toList();
    }
  }

  /** What makes a condition TRUE, and what makes it FALSE. */
  private record Truth(JsonNode holds, JsonNode fails) {
    @SuppressWarnings(
        "ArgumentSelectionDefectChecker") // what fails is what makes the opposite hold
    Truth not() {
      return new Truth(fails, holds);
    }

    Truth and(Truth other) {
      return new Truth(
          RowFilter.both("and", holds, other.holds), RowFilter.both("or", fails, other.fails));
    }

    Truth or(Truth other) {
      return not().and(other.not()).not();
    }
  }

  /** A condition that the protocol has no expression for. */
  static final class Inexpressible extends Exception {
    private static final long serialVersionUID = 1;

    Inexpressible(String what) {
      super(what);
    }
  }

  /**
   * The expression that holds where {@code sql} is TRUE.
   *
   * @throws Inexpressible when there is none
   */
  static JsonNode where(Names names, String sql) throws Inexpressible {
    return new RowFilter(names, sql).whole().holds;
  }

  /**
   * The expression that holds where {@code sql} is FALSE.
   *
   * @throws Inexpressible when there is none
   */
  static JsonNode whereFalse(Names names, String sql) throws Inexpressible {
    return new RowFilter(names, sql).whole().fails;
  }

  /** Both of two expressions, or either. */
  static JsonNode both(String type, JsonNode left, JsonNode right) {
    boolean and = type.equals("and");
    if (left.isBoolean()) {
      return left.asBoolean() == and ? right : left;
    }
    if (right.isBoolean()) {
      return right.asBoolean() == and ? left : right;
    }
    return Json.object().put("type", type).<ObjectNode>set("left", left).set("right", right);
  }

  private Truth whole() throws Inexpressible {
    Truth all = either();
    words.requireEnd();
    return all;
  }

  private Truth either() throws Inexpressible {
    Truth one = all();
    while (words.take("or")) {
      one = one.or(all());
    }
    return one;
  }

  private Truth all() throws Inexpressible {
    Truth one = single();
    while (words.take("and")) {
      one = one.and(single());
    }
    return one;
  }

  private Truth single() throws Inexpressible {
    if (++depth > DEEPEST) {
      throw words.wrong();
    }
    try {
      if (words.take("not")) {
        return single().not();
      }
      if (words.take("(")) {
        Truth inner = either();
        words.require(")");
        return inner;
      }
      return comparison();
    } finally {
      depth--;
    }
  }

  private Truth comparison() throws Inexpressible {
    Optional<RowFilterWords.Literal> literal = words.literal();
    if (literal.isPresent()) {
      return withLiteral(literal.get());
    }
    Column column = column(words.name());
    boolean negated = words.take("not");
    if (words.take("in")) {
      return negated ? in(column).not() : in(column);
    }
    if (words.take("between")) {
      Truth from = compare(column, ">=", words.requireLiteral());
      words.require("and");
      Truth within = from.and(compare(column, "<=", words.requireLiteral()));
      return negated ? within.not() : within;
    }
    if (negated) {
      throw words.wrong();
    }
    if (words.take("is")) {
      boolean not = words.take("not");
      words.require("null");
      Truth isNull = new Truth(column.isNull(), column.isNotNull());
      return not ? isNull.not() : isNull;
    }
    Optional<String> operator = words.operator();
    return operator.isPresent()
        ? compare(column, operator.get(), words.requireLiteral())
        : compare(column, "=", RowFilterWords.Literal.TRUE);
  }

  private Truth withLiteral(RowFilterWords.Literal literal) throws Inexpressible {
    Optional<String> operator = words.operator();
    if (operator.isPresent()) {
      return compare(column(words.name()), flipped(operator.get()), literal);
    }
    return switch (literal.kind()) {
      case BOOLEAN ->
          literal.text().equals("true")
              ? new Truth(BooleanNode.TRUE, BooleanNode.FALSE)
              : new Truth(BooleanNode.FALSE, BooleanNode.TRUE);
      case NULL -> new Truth(BooleanNode.FALSE, BooleanNode.FALSE);
      case TEXT, NUMBER, DATE -> throw words.wrong();
    };
  }

  private Truth in(Column column) throws Inexpressible {
    words.require("(");
    Truth any = new Truth(BooleanNode.FALSE, BooleanNode.TRUE);
    do {
      any = any.or(compare(column, "=", words.requireLiteral()));
    } while (words.take(","));
    words.require(")");
    return any;
  }

  private static Truth compare(Column column, String operator, RowFilterWords.Literal literal)
      throws Inexpressible {
    if (literal.kind() == RowFilterWords.Kind.NULL) {
      return new Truth(BooleanNode.FALSE, BooleanNode.FALSE);
    }
    JsonNode value = column.value(literal, operator);
    Truth truth =
        new Truth(
            both("and", column.isNotNull(), column.compared(word(operator), value)),
            both("and", column.isNotNull(), column.compared(word(opposite(operator)), value)));
    return truth;
  }

  private static String word(String operator) {
    return switch (operator) {
      case "=" -> "eq";
      case "<>" -> "not-eq";
      case "<" -> "lt";
      case "<=" -> "lt-eq";
      case ">" -> "gt";
      case ">=" -> "gt-eq";
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static String opposite(String operator) {
    return switch (operator) {
      case "=" -> "<>";
      case "<>" -> "=";
      case "<" -> ">=";
      case "<=" -> ">";
      case ">" -> "<=";
      case ">=" -> "<";
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static String flipped(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case "<=" -> ">=";
      case ">" -> "<";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  private Column column(String name) throws Inexpressible {
    List<Types.NestedField> found = names.find(name);
    if (found.size() != 1) {
      throw new Inexpressible("the table has no column '%s' now".formatted(name));
    }
    return new Column(found.getFirst());
  }

  /** A column of the table, by its field id: so a filter stays right when it is renamed. */
  private record Column(Types.NestedField field) {
    private ObjectNode reference() {
      return Json.object().put("type", "reference").put("id", field.fieldId());
    }

    JsonNode isNull() {
      return field.isRequired() ? BooleanNode.FALSE : unary("is-null");
    }

    JsonNode isNotNull() {
      return field.isRequired() ? BooleanNode.TRUE : unary("not-null");
    }

    private JsonNode unary(String type) {
      return Json.object().put("type", type).<ObjectNode>set("child", reference());
    }

    JsonNode compared(String type, JsonNode value) {
      ObjectNode literal = Json.object().put("type", "literal");
      literal.set("value", value);
      ObjectNode all = Json.object().put("type", type);
      all.set("left", reference());
      all.set("right", literal);
      return all;
    }

    /** Only what the engine and the protocol compare alike. */
    JsonNode value(RowFilterWords.Literal literal, String operator) throws Inexpressible {
      boolean ordered = !operator.equals("=") && !operator.equals("<>");
      JsonNode value =
          switch (field.type().typeId()) {
            case STRING -> ordered ? null : literal.asText();
            case BOOLEAN -> ordered ? null : literal.asBoolean();
            case INTEGER -> literal.asInteger(Integer.MIN_VALUE, Integer.MAX_VALUE);
            case LONG -> literal.asInteger(Long.MIN_VALUE, Long.MAX_VALUE);
            case DATE -> literal.asDate();
            default -> null;
          };
      return required(value, literal, operator);
    }

    private JsonNode required(
        @Nullable JsonNode value, RowFilterWords.Literal literal, String operator)
        throws Inexpressible {
      if (value == null) {
        throw new Inexpressible(
            "a column of type %s cannot be compared there with %s by %s"
                .formatted(field.type(), literal, operator));
      }
      return value;
    }
  }
}
