package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.tables.Constant;
import io.hosu.tables.FileFilter;
import io.hosu.tables.FileFilter.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * What is known of the rows of one relation of which an expression is TRUE, and of those of which
 * it is FALSE: nothing, where that is not sure.
 */
record FilterTruth(FileFilter isTrue, FileFilter isFalse) {
  private static final FilterTruth NOTHING =
      new FilterTruth(FileFilter.every(), FileFilter.every());
  private static final int MOST_PARTS = 500;
  private static final int MOST_CONSTANTS = 10_000;
  private static final Map<String, Comparison> COMPARISONS =
      Map.of(
          "COMPARE_EQUAL", Comparison.EQUAL,
          "COMPARE_NOTEQUAL", Comparison.NOT_EQUAL,
          "COMPARE_LESSTHAN", Comparison.LESS,
          "COMPARE_LESSTHANOREQUALTO", Comparison.AT_MOST,
          "COMPARE_GREATERTHAN", Comparison.GREATER,
          "COMPARE_GREATERTHANOREQUALTO", Comparison.AT_LEAST);
  private static final Set<String> BEGINS = Set.of("starts_with", "prefix", "^@");

  @SuppressWarnings("ArgumentSelectionDefectChecker") // what is FALSE makes the opposite TRUE
  private FilterTruth not() {
    return new FilterTruth(isFalse, isTrue);
  }

  private FilterTruth and(FilterTruth other) {
    return new FilterTruth(isTrue.and(other.isTrue), isFalse.or(other.isFalse));
  }

  private FilterTruth or(FilterTruth other) {
    return not().and(other.not()).not();
  }

  /**
   * Of {@code expression}.
   *
   * @param columns the name of the relation's column that a reference means; empty when it may mean
   *     something else
   */
  static FilterTruth of(JsonNode expression, Function<JsonNode, Optional<String>> columns) {
    return new Reading(columns).read(expression);
  }

  private record Reading(Function<JsonNode, Optional<String>> columns) {
    FilterTruth read(JsonNode node) {
      String type = node.path("type").asText();
      return switch (node.path("class").asText()) {
        case "CONJUNCTION" ->
            joined(
                node.path("children"),
                type.equals("CONJUNCTION_AND") ? FilterTruth::and : FilterTruth::or);
        case "COMPARISON" -> compared(type, node.path("left"), node.path("right"));
        case "BETWEEN" -> type.equals("COMPARE_NOT_BETWEEN") ? between(node).not() : between(node);
        case "OPERATOR" -> operator(type, node.path("children"));
        case "FUNCTION" -> function(node);
        case "COLUMN_REF" ->
            column(node)
                .map(name -> new FilterTruth(is(name, true), is(name, false)))
                .orElse(NOTHING);
        default -> NOTHING;
      };
    }

    private FilterTruth joined(JsonNode parts, BinaryOperator<FilterTruth> how) {
      return parts.isEmpty() || parts.size() > MOST_PARTS
          ? NOTHING
          : parts.valueStream().map(this::read).reduce(how).orElse(NOTHING);
    }

    private static FileFilter is(String column, boolean value) {
      return new FileFilter.Compared(column, Comparison.EQUAL, new Constant.Truth(value));
    }

    private Optional<String> column(JsonNode node) {
      return node.path("class").asText().equals("COLUMN_REF")
          ? columns.apply(node)
          : Optional.empty();
    }

    private FilterTruth compared(String type, JsonNode left, JsonNode right) {
      Optional<String> column = column(left);
      Optional<Constant> constant = FilterConstants.of(right);
      Comparison by = COMPARISONS.get(type);
      if (column.isPresent() && constant.isPresent()) {
        return by == null
            ? distinct(type, column.get(), constant.get())
            : compared(column.get(), by, constant.get());
      }
      Optional<Constant> first = FilterConstants.of(left);
      Optional<String> second = column(right);
      if (first.isEmpty() || second.isEmpty()) {
        return NOTHING;
      }
      return by == null
          ? distinct(type, second.get(), first.get())
          : compared(second.get(), by.flipped(), first.get());
    }

    private static FilterTruth compared(String column, Comparison by, Constant constant) {
      return new FilterTruth(
          new FileFilter.Compared(column, by, constant),
          new FileFilter.Compared(column, by.negated(), constant));
    }

    /** Of what is not the constant, which is NULL maybe, nothing is known. */
    private static FilterTruth distinct(String type, String column, Constant constant) {
      FileFilter equal = new FileFilter.Compared(column, Comparison.EQUAL, constant);
      FilterTruth same = new FilterTruth(equal, FileFilter.every());
      return type.equals("COMPARE_NOT_DISTINCT_FROM") ? same : same.not();
    }

    private FilterTruth between(JsonNode node) {
      Optional<String> column = column(node.path("input"));
      List<JsonNode> bounds = List.of(node.path("lower"), node.path("upper"));
      Optional<List<Constant>> constants = alike(bounds);
      if (column.isEmpty() || constants.isEmpty()) {
        return NOTHING;
      }
      Constant least = constants.get().getFirst();
      Constant most = constants.get().getLast();
      return new FilterTruth(
          new FileFilter.Between(column.get(), least, most),
          new FileFilter.Outside(column.get(), least, most));
    }

    /**
     * What is compared together is of one type then: text in quotes takes that of the column only
     * when there is no other.
     */
    private static Optional<List<Constant>> alike(List<JsonNode> expressions) {
      List<Constant> constants = new ArrayList<>();
      for (JsonNode expression : expressions) {
        Optional<Constant> constant = FilterConstants.of(expression);
        if (constant.isEmpty()) {
          return Optional.empty();
        }
        constants.add(constant.get());
      }
      long quoted = constants.stream().filter(Constant.Quoted.class::isInstance).count();
      return quoted == 0 || quoted == constants.size() ? Optional.of(constants) : Optional.empty();
    }

    private FilterTruth operator(String type, JsonNode children) {
      return switch (type) {
        case "OPERATOR_NOT" -> read(children.path(0)).not();
        case "OPERATOR_IS_NULL" -> isNull(children.path(0));
        case "OPERATOR_IS_NOT_NULL" -> isNull(children.path(0)).not();
        case "COMPARE_IN" -> in(children);
        case "COMPARE_NOT_IN" -> in(children).not();
        default -> NOTHING;
      };
    }

    private FilterTruth isNull(JsonNode node) {
      return column(node)
          .map(name -> new FilterTruth(new FileFilter.Null(name), new FileFilter.NotNull(name)))
          .orElse(NOTHING);
    }

    /** With a NULL in the list it is never FALSE. */
    private FilterTruth in(JsonNode children) {
      Optional<String> column = column(children.path(0));
      if (column.isEmpty() || children.size() < 2 || children.size() > MOST_CONSTANTS) {
        return NOTHING;
      }
      List<JsonNode> list = children.valueStream().skip(1).toList();
      List<JsonNode> values = list.stream().filter(it -> !FilterConstants.isNull(it)).toList();
      Optional<List<Constant>> constants = alike(values);
      if (values.isEmpty() || constants.isEmpty()) {
        return NOTHING;
      }
      return new FilterTruth(
          new FileFilter.OneOf(column.get(), constants.get()),
          values.size() == list.size()
              ? new FileFilter.NoneOf(column.get(), constants.get())
              : FileFilter.every());
    }

    private FilterTruth function(JsonNode node) {
      String name = node.path("function_name").asText();
      JsonNode arguments = node.path("arguments");
      Optional<String> column = column(arguments.path(0).path("expression"));
      Optional<String> text = text(arguments.path(1).path("expression"));
      if (arguments.size() != 2 || column.isEmpty() || text.isEmpty() || text.get().isEmpty()) {
        return NOTHING;
      }
      return switch (name) {
        case "~~" -> like(column.get(), text.get());
        case "!~~" -> like(column.get(), text.get()).not();
        default -> BEGINS.contains(name) ? begins(column.get(), text.get()) : NOTHING;
      };
    }

    private static Optional<String> text(JsonNode node) {
      return FilterConstants.of(node)
          .flatMap(constant ->
              switch (constant) {
                case Constant.Quoted(String text) -> Optional.of(text);
                case Constant.Text(String text) -> Optional.of(text);
                default -> Optional.empty();
              });
    }

    private static FilterTruth begins(String column, String with) {
      return new FilterTruth(
          new FileFilter.Begins(column, with), new FileFilter.BeginsNot(column, with));
    }

    private static FilterTruth like(String column, String pattern) {
      int plain = 0;
      while (plain < pattern.length() && "%_".indexOf(pattern.charAt(plain)) < 0) {
        plain++;
      }
      if (plain == pattern.length()) {
        return compared(column, Comparison.EQUAL, new Constant.Text(pattern));
      }
      if (plain == 0) {
        return NOTHING;
      }
      FilterTruth begins = begins(column, pattern.substring(0, plain));
      boolean anyEnd = pattern.chars().skip(plain).allMatch(c -> c == '%');
      return anyEnd ? begins : new FilterTruth(begins.isTrue, FileFilter.every());
    }
  }
}
