package io.hosu.tables.iceberg;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The words of a condition, from the first to the last. Belongs to one thread. */
final class RowFilterWords {
  private static final Pattern WORD =
      Pattern.compile(
          "\\s*('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[A-Za-z_]\\w*|-?\\d+(?![\\w.])|<>|!=|<=|>=|==|[=<>(),])");
  private static final Set<String> RESERVED =
      Set.of("and", "or", "not", "in", "is", "between", "null", "true", "false", "like", "case");
  private static final Set<String> OPERATORS = Set.of("=", "==", "<>", "!=", "<", "<=", ">", ">=");

  private final List<String> words = new ArrayList<>();
  private int at;
  private boolean whole;

  RowFilterWords(String sql) {
    Matcher matcher = WORD.matcher(sql);
    int end = 0;
    while (matcher.region(end, sql.length()).lookingAt()) {
      words.add(matcher.group(1));
      end = matcher.end();
    }
    whole = sql.substring(end).isBlank();
  }

  /** What a literal looks like. */
  enum Kind {
    TEXT,
    NUMBER,
    DATE,
    BOOLEAN,
    NULL
  }

  /** A literal; an SQL text may stand for a value of whatever type its column has. */
  record Literal(Kind kind, String text) {
    static final Literal TRUE = new Literal(Kind.BOOLEAN, "true");

    @Nullable JsonNode asText() {
      return kind == Kind.TEXT ? TextNode.valueOf(text) : null;
    }

    @Nullable JsonNode asBoolean() {
      return kind == Kind.BOOLEAN ? BooleanNode.valueOf(text.equals("true")) : null;
    }

    @Nullable JsonNode asInteger(long least, long most) {
      if (kind != Kind.NUMBER && kind != Kind.TEXT) {
        return null;
      }
      try {
        long value = Long.parseLong(text);
        return value < least || value > most ? null : LongNode.valueOf(value);
      } catch (NumberFormatException e) {
        return null; // The engine may read it as another number, or not at all.
      }
    }

    @Nullable JsonNode asDate() {
      try {
        return kind == Kind.DATE || kind == Kind.TEXT
            ? TextNode.valueOf(LocalDate.parse(text).toString())
            : null;
      } catch (DateTimeException e) {
        return null;
      }
    }

    @Override
    public String toString() {
      return kind.name().toLowerCase(Locale.ROOT);
    }
  }

  private String word() {
    return at < words.size() ? words.get(at) : "";
  }

  /** Goes on behind {@code word}, if it is next. */
  boolean take(String word) {
    boolean next = word().equalsIgnoreCase(word);
    at += next ? 1 : 0;
    return next;
  }

  void require(String word) throws RowFilter.Inexpressible {
    if (!take(word)) {
      throw wrong();
    }
  }

  void requireEnd() throws RowFilter.Inexpressible {
    if (!whole || at < words.size()) {
      throw wrong();
    }
  }

  /** A comparison, if one is next: {@code <>} for both ways to write it. */
  Optional<String> operator() {
    if (!OPERATORS.contains(word())) {
      return Optional.empty();
    }
    String operator = words.get(at++);
    return Optional.of(
        switch (operator) {
          case "==" -> "=";
          case "!=" -> "<>";
          default -> operator;
        });
  }

  /** The name of a column. */
  String name() throws RowFilter.Inexpressible {
    String word = word();
    boolean quoted = word.startsWith("\"");
    boolean bare = !word.isEmpty() && (Character.isLetter(word.charAt(0)) || word.startsWith("_"));
    if (!quoted && (!bare || RESERVED.contains(word.toLowerCase(Locale.ROOT)))) {
      throw wrong();
    }
    at++;
    if (word().equals("(")) {
      throw wrong(); // a function
    }
    return quoted ? word.substring(1, word.length() - 1).replace("\"\"", "\"") : word;
  }

  Literal requireLiteral() throws RowFilter.Inexpressible {
    return literal().orElseThrow(this::wrong);
  }

  /** A literal, if one is next. */
  Optional<Literal> literal() {
    String word = word();
    if (word.startsWith("'")) {
      at++;
      return Optional.of(new Literal(Kind.TEXT, text(word)));
    }
    if (!word.isEmpty() && (Character.isDigit(word.charAt(0)) || word.startsWith("-"))) {
      at++;
      return Optional.of(new Literal(Kind.NUMBER, word));
    }
    if (take("true") || take("false")) {
      return Optional.of(new Literal(Kind.BOOLEAN, word.toLowerCase(Locale.ROOT)));
    }
    if (take("null")) {
      return Optional.of(new Literal(Kind.NULL, ""));
    }
    if (word.equalsIgnoreCase("date")
        && at + 1 < words.size()
        && words.get(at + 1).startsWith("'")) {
      at += 2;
      return Optional.of(new Literal(Kind.DATE, text(words.get(at - 1))));
    }
    return Optional.empty();
  }

  private static String text(String quoted) {
    return quoted.substring(1, quoted.length() - 1).replace("''", "'");
  }

  RowFilter.Inexpressible wrong() {
    return new RowFilter.Inexpressible(
        "only comparisons of columns with literals, IN, BETWEEN, IS NULL, AND, OR and NOT are");
  }
}
