package io.hosu.query.worker;

import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.EngineView.Rows;
import io.hosu.query.engine.NamedColumns;
import io.hosu.query.worker.Mentions.Mention;
import io.hosu.query.worker.Narrowing.Narrowed;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables of an instance that stand for views which leave rows out, for one SELECT that joins.
 *
 * <p>The engine estimates such a view by all rows of its files, and by that decides which side of a
 * join it keeps in memory, which shows; and it leaves joins in the order in which they are written.
 * Of a table that holds what the view gives it knows that, and nothing else.
 */
final class Copies {
  private static final String NAME = "hosu copy ";

  private final Sql sql;
  private final List<String> tables = new ArrayList<>();

  Copies(Sql sql) {
    this.sql = sql;
  }

  /**
   * Fills tables for {@code select} where it joins: each holds the rows and columns of its view
   * that the SELECT could read.
   *
   * @param views all of the instance
   * @return the tables by the names of the views that they are to stand for, until {@link #drop}
   */
  Map<List<String>, String> of(String select, Collection<EngineView> views) throws SQLException {
    Map<List<String>, String> filled = new HashMap<>();
    Map<List<String>, Mention> mentions = Mentions.joined(sql, views, select);
    for (EngineView view : views) {
      Mention mention = mentions.get(view.name());
      if (mention != null && view.rows() != Rows.OPEN) {
        filled.put(view.name(), fill(view, mention));
      }
    }
    sql.requireNotCancelled();
    return filled;
  }

  private String fill(EngineView view, Mention mention) throws SQLException {
    String path = Quote.path(view.name());
    List<String> all =
        sql.columns("SELECT * FROM " + path).stream().map(column -> column.name()).toList();
    String table = "temp.main." + Quote.name(NAME + tables.size());
    tables.add(table);
    sql.requireNotCancelled();
    sql.run(
        "CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s"
            .formatted(
                table, columns(all, mention.columns()), path + narrowed(view, mention, all)));
    return table;
  }

  /** Something has to be there of each row; a name that the SELECT has not cannot be meant. */
  private static String columns(List<String> all, NamedColumns named) {
    List<String> read = all.stream().filter(named::may).toList();
    return read.isEmpty() ? "true AS " + Quote.name(all.getFirst()) : Quote.names(read);
  }

  private String narrowed(EngineView view, Mention mention, List<String> columns)
      throws SQLException {
    if (mention.selects().size() > 1) {
      return "";
    }
    Optional<Narrowed> narrowed = Narrowing.in(mention.selects().getFirst(), view.name(), columns);
    return narrowed.isEmpty()
        ? ""
        : " AS %s WHERE %s"
            .formatted(
                Quote.name(narrowed.get().alias()),
                SyntaxTrees.print(sql, narrowed.get().condition()));
  }

  /** Ends all tables; what reads them has to be gone. */
  void drop() throws SQLException {
    for (String table : List.copyOf(tables)) {
      sql.run("DROP TABLE IF EXISTS " + table);
      tables.remove(table);
    }
  }
}
