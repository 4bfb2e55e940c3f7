package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A condition over tags or attributes: {@code pii = low and team in (sales, finance)}, {@code
 * principal.project = resource.project}; with {@code and}, {@code or}, {@code not}, parentheses,
 * {@code =}, {@code !=}, {@code in} and {@code not in}.
 *
 * <p>A comparison with something that is absent does not hold, whichever it is: {@code pii != high}
 * asks for another value, and {@code not pii = high} for another value or none. {@link #parse}
 * reads back what {@code toString} prints.
 */
public sealed interface Expression {

  /** All of them hold. */
  record And(List<Expression> parts) implements Expression {
    public And {
      parts = List.copyOf(parts);
    }

    @Override
    public String toString() {
      return joined(parts, " and ");
    }
  }

  /** One of them holds. */
  record Or(List<Expression> parts) implements Expression {
    public Or {
      parts = List.copyOf(parts);
    }

    @Override
    public String toString() {
      return joined(parts, " or ");
    }
  }

  /** It does not hold. */
  record Not(Expression part) implements Expression {
    @Override
    public String toString() {
      return "not " + inner(part);
    }
  }

  /**
   * A value is, or is not, one of some.
   *
   * @param not whether it is none of them
   */
  record Compare(Operand left, boolean not, List<Operand> right) implements Expression {
    public Compare {
      right = List.copyOf(right);
    }

    @Override
    public String toString() {
      if (right.size() == 1) {
        return "%s %s %s".formatted(left, not ? "!=" : "=", right.getFirst());
      }
      return "%s %s (%s)"
          .formatted(
              left,
              not ? "not in" : "in",
              right.stream().map(Operand::toString).collect(Collectors.joining(", ")));
    }
  }

  /** What is compared. */
  sealed interface Operand {
    /** A text that stands for itself. */
    record Value(String text) implements Operand {
      @Override
      public String toString() {
        return ExpressionText.printed(text);
      }
    }

    /** The value that something has under a name, if it has one. */
    record Name(Of of, String name) implements Operand {
      @Override
      public String toString() {
        return of == Of.TAGGED ? name : of.name().toLowerCase(Locale.ROOT) + "." + name;
      }
    }
  }

  /** Whose value a name stands for. */
  enum Of {
    /** The only thing that the expression is about. */
    TAGGED,
    PRINCIPAL,
    RESOURCE
  }

  /** The tags that it asks for, of the only thing that it is about or of the resource. */
  static Set<String> tags(Expression expression) {
    Set<String> tags = new TreeSet<>();
    switch (expression) {
      case And(var parts) -> parts.forEach(part -> tags.addAll(tags(part)));
      case Or(var parts) -> parts.forEach(part -> tags.addAll(tags(part)));
      case Not(var part) -> tags.addAll(tags(part));
      case Compare(var left, _, var right) ->
          Stream.concat(Stream.of(left), right.stream())
              .forEach(operand -> {
                if (operand instanceof Operand.Name(Of of, String name) && of != Of.PRINCIPAL) {
                  tags.add(name);
                }
              });
    }
    return tags;
  }

  /**
   * Reads an expression about one thing, whose names stand alone: {@code pii = low}.
   *
   * @throws Invalid {@link GovernanceError#EXPRESSION_INVALID} with the place in it
   */
  static Expression parse(String text) {
    return new ExpressionText(text, false).read();
  }

  /**
   * Reads an expression about a principal and a resource, whose names say which: {@code
   * principal.project = resource.project}.
   *
   * @throws Invalid {@link GovernanceError#EXPRESSION_INVALID} with the place in it
   */
  static Expression parseWhere(String text) {
    return new ExpressionText(text, true).read();
  }

  /**
   * Whether it holds.
   *
   * @param values the value of a name, null where there is none
   */
  default boolean holds(Function<Operand.Name, @Nullable String> values) {
    return switch (this) {
      case And(var parts) -> parts.stream().allMatch(part -> part.holds(values));
      case Or(var parts) -> parts.stream().anyMatch(part -> part.holds(values));
      case Not(var part) -> !part.holds(values);
      case Compare(var left, boolean not, var right) ->
          compare(value(left, values), not, right, values);
    };
  }

  private static boolean compare(
      @Nullable String left,
      boolean not,
      List<Operand> right,
      Function<Operand.Name, @Nullable String> values) {
    if (left == null) {
      return false;
    }
    return not
        ? right.stream()
            .map(operand -> value(operand, values))
            .allMatch(value -> value != null && !value.equals(left))
        : right.stream().map(operand -> value(operand, values)).anyMatch(left::equals);
  }

  private static @Nullable String value(
      Operand operand, Function<Operand.Name, @Nullable String> values) {
    return switch (operand) {
      case Operand.Value(String text) -> text;
      case Operand.Name name -> values.apply(name);
    };
  }

  private static String joined(List<Expression> parts, String by) {
    return parts.stream().map(Expression::inner).collect(Collectors.joining(by));
  }

  private static String inner(Expression part) {
    return switch (part) {
      case Compare _, Not _ -> part.toString();
      case And _, Or _ -> "(%s)".formatted(part);
    };
  }
}
