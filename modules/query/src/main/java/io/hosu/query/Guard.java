package io.hosu.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Condition;
import io.hosu.governance.Mask;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Place;
import io.hosu.query.engine.NamedColumns;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.SqlParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Function;

/**
 * Lets pass what only reads the tables it names.
 *
 * <p>SQL is parsed by the engine's own parser; everything in the tree that is not on a list of
 * known and harmless things is refused, and what an engine runs is printed from the tree. May be
 * used from any thread.
 */
public final class Guard {
  private static final long NOWHERE = -1;

  private final SqlParser parser;
  private final RowFit fit;

  public Guard(SqlParser parser) {
    this.parser = parser;
    this.fit = new RowFit(this, parser);
  }

  /**
   * Checks one SELECT.
   *
   * @throws Invalid {@link QueryError#SQL_INVALID} with line and column; {@link
   *     QueryError#SQL_REFUSED} naming what may not be used
   */
  public Guarded check(String text, Scope scope) {
    SqlText sql = SqlText.of(text);
    JsonNode tree = parse(sql);
    NamedColumns columns = NamedColumns.of(tree.path("statements"));
    GuardWalk walk = walk(sql, scope, tree);
    return new Guarded(
        text,
        parser.print(tree),
        walk.tables(),
        walk.systemTables(),
        columns,
        TableFilters.of(tree, walk.tables()),
        walk.readsInput());
  }

  /**
   * What a SELECT reads.
   *
   * @param input whether it reads {@code input}
   */
  public record Reads(Set<TableRef> tables, boolean input) {
    public Reads {
      tables = Set.copyOf(tables);
    }
  }

  /**
   * The same check of what is only looked at, and not to be run.
   *
   * @throws Invalid as {@link #check}
   */
  public Reads reads(String text, Scope scope) {
    SqlText sql = SqlText.of(text);
    GuardWalk walk = walk(sql, scope, parse(sql));
    return new Reads(walk.tables(), walk.readsInput());
  }

  private static GuardWalk walk(SqlText sql, Scope scope, JsonNode tree) {
    JsonNode statements = tree.path("statements");
    if (statements.size() != 1) {
      throw sql.refused("The SQL is not one statement, but %d.".formatted(statements.size()), 0);
    }
    GuardWalk walk = new GuardWalk(sql, scope, tree);
    walk.statement(statements.get(0));
    return walk;
  }

  /**
   * A SELECT with {@code to} where it names tables of the domain {@code from}; nothing else of it
   * is checked.
   *
   * @return empty when the parser does not understand it, before or after
   */
  public Optional<String> renamed(String text, String from, String to) {
    try {
      Optional<String> renamed = new RenamedDomain(text, from).to(to, parse(SqlText.of(text)));
      return renamed.filter(its -> !new RenamedDomain(its, from).isNamedIn(parse(SqlText.of(its))));
    } catch (Invalid _) {
      return Optional.empty();
    }
  }

  /**
   * The functions and names in SQL that {@link #check} lets pass by which it says something else
   * each time it runs: {@code random}, {@code now}, {@code current_date} and their like.
   */
  public SortedSet<String> changing(String text) {
    return Changing.in(parse(SqlText.of(text)));
  }

  /**
   * Where the columns of a SELECT come from that {@link #check} lets pass.
   *
   * @param columns those of a relation, by the full name of a table or {@code input}; none: they
   *     are not known
   */
  public SqlLineage lineage(String text, Scope scope, Function<String, List<String>> columns) {
    JsonNode statement = parse(SqlText.of(text)).path("statements").path(0);
    return new LineageWalk(scope, columns, this::printed).query(statement, null, Map.of());
  }

  /** An expression as the engine writes it. */
  private String printed(JsonNode expression) {
    JsonNode tree = parser.parse("SELECT 1");
    if (tree.path("statements").path(0).path("node") instanceof ObjectNode select) {
      select.set("select_list", Json.array().add(expression));
    }
    return parser.print(tree).substring("SELECT ".length());
  }

  /**
   * Checks one expression over the columns of a row and the attributes of a principal: {@code
   * region = principal.region}.
   *
   * @param types the columns by name with their types; empty: of a table that is not known
   * @param attributes of the principal, by name; any other is NULL
   * @return what an engine can be given: in brackets, the attributes as constants, and NULL for
   *     values that it cannot be computed with
   * @throws Invalid as {@link #check}
   */
  public String expression(String text, Map<String, String> types, Map<String, String> attributes) {
    requireWhole(text);
    SqlText sql = SqlText.expression(RowExpression.BEFORE, text, RowExpression.AFTER);
    JsonNode tree = parse(sql);
    RowExpression expression = new RowExpression(sql, types, attributes);
    ArrayNode only = expression.only(tree);
    new GuardWalk(sql, Scope.query(), tree).expression(only);
    expression.resolve(only);
    boolean neverFails = expression.neverFails(only);
    String printed = parser.print(tree).substring("SELECT ".length());
    return neverFails ? "(%s)".formatted(printed) : "TRY(%s)".formatted(printed);
  }

  /** In brackets also what closes them first, and opens others at its end, would be one. */
  private void requireWhole(String text) {
    SqlText bare = SqlText.expression(RowExpression.BARE, text, "\n");
    new RowExpression(bare, Map.of(), Map.of()).only(parse(bare));
  }

  /**
   * What of a condition on rows does not fit the columns of a table: names that it has not, with
   * the nearest that it has, or types.
   *
   * @param types the columns by name, with their types
   * @return sentences; none when it fits
   */
  public List<String> misfits(Condition condition, Map<String, String> types) {
    return fit.misfits(condition.sql(), types, Map.of(), RowFit.Use.CONDITION);
  }

  /** The same of a mask of {@code column}: of the SQL in it, or of the column's type. */
  public List<String> misfits(String column, Mask mask, Map<String, String> types) {
    return mask instanceof Mask.Sql(Condition cell)
        ? fit.misfits(cell.sql(), types, Map.of(), RowFit.Use.CELL)
        : MaskFit.misfits(column, mask, types);
  }

  List<String> misfits(
      String expression,
      Map<String, String> types,
      Map<String, String> attributes,
      RowFit.Use use) {
    return fit.misfits(expression, types, attributes, use);
  }

  private JsonNode parse(SqlText sql) {
    JsonNode tree;
    try {
      tree = parser.parse(TimeTravel.inEngineWords(sql.text()));
    } catch (HosuException e) {
      if (e.code() == QueryError.ENGINE_CRASHED || e.code() == QueryError.QUERY_TIMEOUT) {
        throw sql.refused("The SQL is too deeply nested or too long to be parsed.", 0);
      }
      throw e;
    }
    if (tree.path("error").asBoolean()) {
      throw wrong(sql, tree);
    }
    return tree;
  }

  private static Invalid wrong(SqlText sql, JsonNode error) {
    String message = error.path("error_message").asText();
    long at = error.path("position").asLong(NOWHERE);
    if (error.path("error_type").asText().equals("not implemented")) {
      return sql.refused(
          message.startsWith("Only SELECT")
              ? "Only SELECT can be run, and a PIVOT needs its values: IN (...)."
              : message,
          at);
    }
    return sql.invalid(message.split("\n", 2)[0], at);
  }

  /**
   * The failure of an engine that ran {@code guarded}, with its place in the text that was written
   * instead of the place in what the engine ran.
   */
  public HosuException explain(Guarded guarded, HosuException failure) {
    Optional<Place> place = failure.place();
    if (failure.code() != QueryError.SQL_INVALID || place.isEmpty()) {
      return failure;
    }
    long inRun = place.get().column() - 1L;
    JsonNode written = parser.parse(TimeTravel.inEngineWords(guarded.text()));
    JsonNode run = parser.parse(guarded.sql());
    long at = matching(run, written, inRun);
    return SqlText.of(guarded.text()).invalid(failure.what(), at);
  }

  /** The location in {@code other} of the node that is at {@code location} in {@code tree}. */
  private static long matching(JsonNode tree, JsonNode other, long location) {
    JsonNode its = tree.path("query_location");
    if (its.isNumber() && its.asLong() == location && other.has("query_location")) {
      long found = other.path("query_location").asLong();
      if (found >= 0) {
        return found;
      }
    }
    if (tree.isArray()) {
      for (int i = 0; i < tree.size(); i++) {
        long found = matching(tree.get(i), other.path(i), location);
        if (found >= 0) {
          return found;
        }
      }
    }
    for (var field : tree.properties()) {
      long found = matching(field.getValue(), other.path(field.getKey()), location);
      if (found >= 0) {
        return found;
      }
    }
    return NOWHERE;
  }
}
