package io.hosu.query.worker;

import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.VaultSql;
import io.hosu.tables.DeletionVectors;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One in-memory database with its own locks: opened ahead, then bound to the files of one session
 * for good.
 */
final class Instance implements AutoCloseable {
  private final Connection connection;
  private final Sql sql;
  private final Set<Path> files = new HashSet<>();
  private final Map<List<String>, EngineView> views = new HashMap<>();
  private final Set<String> catalogs = new HashSet<>();
  private final ServerCalls server;
  private final Copies copies;
  private boolean bucketsKnown;
  private boolean vaultKnown;
  private boolean deletionsKnown;
  private boolean triesKept;

  private Instance(Connection connection, ServerCalls server) {
    this.connection = connection;
    this.server = server;
    this.sql = new Sql(connection);
    this.copies = new Copies(sql);
  }

  static Instance open(WorkerConfig config, ServerCalls server) throws SQLException {
    Connection connection = config.open();
    Instance instance = new Instance(connection, server);
    instance.sql.run("SET TimeZone = 'UTC'");
    instance.sql.run("SET errors_as_json = true");
    instance.sql.run("SET parquet_metadata_cache = true");
    HarmlessSelect.prepare(instance.sql);
    return instance;
  }

  /** Statements of this instance. */
  Sql sql() {
    return sql;
  }

  /**
   * Whether a session that reads {@code wanted} needs no other file than this instance may open.
   */
  boolean admits(Collection<Path> wanted) {
    return files.containsAll(wanted);
  }

  /** Lets it use no more than this for its data; to be said before it is locked. */
  void limitMemory(long bytes) throws SQLException {
    sql.run("SET memory_limit = " + Quote.text(bytes + "B"));
  }

  /**
   * Has everything under TRY computed there; to be said before it is locked. The engine would
   * compute what occurs more than once ahead, outside of TRY, and fail with the value of a row that
   * a view hides.
   */
  void keepTries() throws SQLException {
    sql.run("SET disabled_optimizers = 'common_subexpressions'");
    triesKept = true;
  }

  /** Whether {@link #keepTries} was said. */
  boolean keepsTries() {
    return triesKept;
  }

  /** From here on only these files can be opened, and no setting can be changed. */
  void lock(Collection<Path> readable, @Nullable Path writable) throws SQLException {
    files.addAll(readable);
    sql.run("SET allowed_paths = " + Quote.texts(readable));
    if (writable != null) {
      Scans.measure(sql);
      sql.run("SET allowed_directories = " + Quote.texts(List.of(writable + "/")));
    }
    sql.run("SET enable_external_access = false");
    sql.run("SET lock_configuration = true");
  }

  /**
   * Makes the relations be exactly {@code wanted}, each of which reads none but those before it.
   */
  void define(List<EngineView> wanted) throws SQLException {
    Map<List<String>, EngineView> now = new LinkedHashMap<>();
    wanted.forEach(view -> now.put(view.name(), view));
    for (List<String> name : List.copyOf(views.keySet())) {
      if (!now.containsKey(name)) {
        sql.run("DROP VIEW IF EXISTS " + Quote.path(name));
        views.remove(name);
      }
    }
    for (EngineView view : now.values()) {
      if (!view.equals(views.get(view.name()))) {
        create(view);
        views.put(view.name(), view);
      }
    }
    copies.drop();
  }

  /**
   * Has {@code select} be planned by no more than it may come to know of rows, and its joins by as
   * much; until {@link #define} is called again.
   *
   * <p>Views that leave out deleted rows are planned like any others if that computes nothing of
   * these that can fail. Where joins are planned, all others that leave rows out become tables.
   */
  void arrange(String select) throws SQLException {
    if (views.values().stream().allMatch(view -> view.rows() == EngineView.Rows.OPEN)) {
      return;
    }
    unveil(select);
    Map<List<String>, String> filled = copies.of(select, views.values());
    for (Map.Entry<List<String>, String> one : filled.entrySet()) {
      views.remove(one.getKey());
      sql.run(
          "CREATE OR REPLACE VIEW %s AS SELECT * FROM %s"
              .formatted(Quote.path(one.getKey()), one.getValue()));
    }
  }

  private void unveil(String select) throws SQLException {
    List<EngineView> less =
        views.values().stream().filter(view -> view.rows() == EngineView.Rows.DELETED).toList();
    if (less.isEmpty() || !new HarmlessSelect(sql, views.values()).is(select)) {
      return;
    }
    for (EngineView view : less) {
      EngineView open = view.unveiled();
      views.put(open.name(), open);
      create(open);
    }
  }

  private void create(EngineView view) throws SQLException {
    knowVault(view.sql());
    knowDeletions(view.sql());
    List<String> name = view.name();
    if (name.size() == 3) {
      if (catalogs.add(name.get(0))) {
        sql.run("ATTACH ':memory:' AS " + Quote.name(name.get(0)));
      }
      sql.run("CREATE SCHEMA IF NOT EXISTS " + Quote.path(name.subList(0, 2)));
    }
    String kind =
        switch (view.rows()) {
          case OPEN -> "VIEW";
          case DELETED, HIDDEN -> "SECURE VIEW";
        };
    sql.run("CREATE OR REPLACE %s %s AS %s".formatted(kind, Quote.path(name), view.sql()));
  }

  /** Makes the bucket functions of Iceberg known, when {@code statement} uses them. */
  void knowBuckets(String statement) throws SQLException {
    if (!bucketsKnown && statement.contains(Buckets.PREFIX)) {
      Buckets.register(connection);
      bucketsKnown = true;
    }
  }

  /** Makes the functions of the vault known, when {@code sql} may use them. */
  void knowVault(String sql) throws SQLException {
    if (!vaultKnown && VaultSql.isIn(sql)) {
      VaultFunctions.register(connection, server);
      vaultKnown = true;
    }
  }

  /** Makes the function that reads deletion vectors known, when {@code sql} may use it. */
  private void knowDeletions(String sql) throws SQLException {
    if (!deletionsKnown && sql.contains(DeletionVectors.FUNCTION)) {
      DeletedRows.register(connection, files);
      deletionsKnown = true;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
