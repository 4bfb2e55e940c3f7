package io.hosu.governance;

import io.hosu.governance.Expression.Of;
import io.hosu.governance.Expression.Operand;
import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one {@link Expression}. */
final class ExpressionText {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(?:(!=|=|\\(|\\)|,)|'((?:[^']|'')*)'|([A-Za-z0-9_.@/+:*-]+))");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.@/+:*-]+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
  private static final Set<String> KEYWORDS = Set.of("and", "or", "not", "in");
  private static final int DEEPEST = 50;

  private final String text;
  private final boolean prefixed;
  private final List<Token> tokens = new ArrayList<>();
  private int next;
  private int depth;

  /** A token; a quoted one is never a word of the language. */
  private record Token(String text, boolean quoted, int at) {
    boolean is(String word) {
      return !quoted && text.equals(word);
    }
  }

  /**
   * A text to read.
   *
   * @param prefixed whether names say whose they are
   */
  ExpressionText(String text, boolean prefixed) {
    this.text = text.strip();
    this.prefixed = prefixed;
  }

  /** How a value is written so that it reads as one. */
  static String printed(String value) {
    boolean plain = PLAIN.matcher(value).matches() && !KEYWORDS.contains(value) && !isName(value);
    return plain ? value : "'" + value.replace("'", "''") + "'";
  }

  private static boolean isName(String word) {
    return word.startsWith("principal.") || word.startsWith("resource.");
  }

  Expression read() {
    Matcher matcher = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        throw wrong("has something that is no part of an expression", at);
      }
      tokens.add(token(matcher));
      at = matcher.end();
    }
    Expression expression = or();
    if (next < tokens.size()) {
      throw wrong("goes on with '%s'".formatted(tokens.get(next).text), tokens.get(next).at);
    }
    return expression;
  }

  private static Token token(Matcher matcher) {
    for (int group = 1; group <= 3; group++) {
      String found = matcher.group(group);
      if (found != null) {
        boolean quoted = group == 2;
        return new Token(quoted ? found.replace("''", "'") : found, quoted, matcher.start(group));
      }
    }
    throw new IllegalStateException("A token of none of its forms.");
  }

  private Expression or() {
    List<Expression> parts = new ArrayList<>(List.of(and()));
    while (take("or")) {
      parts.add(and());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.Or(parts);
  }

  private Expression and() {
    List<Expression> parts = new ArrayList<>(List.of(not()));
    while (take("and")) {
      parts.add(not());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.And(parts);
  }

  private Expression not() {
    if (++depth > DEEPEST) {
      throw wrong("is nested more than %d times".formatted(DEEPEST), here());
    }
    try {
      if (take("not")) {
        return new Expression.Not(not());
      }
      if (take("(")) {
        Expression inner = or();
        require(")");
        return inner;
      }
      return comparison();
    } finally {
      depth--;
    }
  }

  private Expression comparison() {
    Operand left = name();
    if (take("=")) {
      return new Expression.Compare(left, false, List.of(operand()));
    }
    if (take("!=")) {
      return new Expression.Compare(left, true, List.of(operand()));
    }
    boolean not = take("not");
    if (!take("in")) {
      throw wrong("lacks =, != or in after '%s'".formatted(left), here());
    }
    require("(");
    List<Operand> right = new ArrayList<>(List.of(operand()));
    while (take(",")) {
      right.add(operand());
    }
    require(")");
    return new Expression.Compare(left, not, right);
  }

  private Operand name() {
    Token token = word();
    Operand read = prefixed ? prefixed(token) : new Operand.Name(Of.TAGGED, token.text);
    boolean isName =
        !token.quoted
            && read instanceof Operand.Name(_, String name)
            && NAME.matcher(name).matches();
    if (!isName) {
      throw wrong(
          prefixed
              ? "begins a comparison with '%s', not with principal.NAME or resource.NAME"
                  .formatted(token.text)
              : "has '%s', which cannot name a tag".formatted(token.text),
          token.at);
    }
    return read;
  }

  private Operand operand() {
    Token token = word();
    if (!prefixed && !token.quoted && isName(token.text)) {
      throw wrong("compares with '%s', which only where: may do".formatted(token.text), token.at);
    }
    return prefixed ? prefixed(token) : new Operand.Value(token.text);
  }

  private static Operand prefixed(Token token) {
    if (token.quoted || !isName(token.text)) {
      return new Operand.Value(token.text);
    }
    boolean ofPrincipal = token.text.startsWith("principal.");
    return new Operand.Name(
        ofPrincipal ? Of.PRINCIPAL : Of.RESOURCE,
        token.text.substring(token.text.indexOf('.') + 1));
  }

  private Token word() {
    if (next >= tokens.size()) {
      throw wrong("ends too early", text.length());
    }
    Token token = tokens.get(next);
    boolean isWord =
        token.quoted || (PLAIN.matcher(token.text).matches() && !KEYWORDS.contains(token.text));
    if (!isWord) {
      throw wrong("has '%s' where a name or value is expected".formatted(token.text), token.at);
    }
    next++;
    return token;
  }

  private boolean take(String word) {
    boolean taken = next < tokens.size() && tokens.get(next).is(word);
    next += taken ? 1 : 0;
    return taken;
  }

  private void require(String word) {
    if (!take(word)) {
      throw wrong("lacks a '%s'".formatted(word), here());
    }
  }

  private int here() {
    return next < tokens.size() ? tokens.get(next).at : text.length();
  }

  private Invalid wrong(String what, int at) {
    return new Invalid(
        GovernanceError.EXPRESSION_INVALID,
        "The expression '%s' %s, at character %d.".formatted(text, what, at + 1),
        prefixed
            ? "Write for example: principal.project = resource.project"
            : "Write for example: pii = low and team in (sales, finance)");
  }
}
