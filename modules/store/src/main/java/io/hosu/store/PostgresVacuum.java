package io.hosu.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vacuums the tables of a lake as soon as a part of them is dead. PostgreSQL looks itself once in a
 * minute ({@code autovacuum_naptime}), in which a queue turns over thousands of times: until then
 * whoever looks for its next message steps over all that were there before.
 */
final class PostgresVacuum implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PostgresVacuum.class);
  private static final int PAUSE_MILLIS = 1000;

  /** As {@code autovacuum_vacuum_threshold} and {@code autovacuum_vacuum_scale_factor} say it. */
  private static final String DUE =
      """
      SELECT quote_ident(schemaname) || '.' || quote_ident(relname) FROM pg_stat_user_tables
      WHERE schemaname = current_schema() AND n_dead_tup > 1000 + n_live_tup / 5\
      """;

  private final Connections connections;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("hosu-store-vacuum").daemon().factory());
  private volatile @Nullable Connection connection;

  /** Where to get a connection. */
  @FunctionalInterface
  interface Connections {
    Connection open() throws SQLException;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // a look that fails is told and tried again
  PostgresVacuum(Connections connections) {
    this.connections = connections;
    timer.scheduleWithFixedDelay(this::look, PAUSE_MILLIS, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      Connection open = connection();
      for (String table : due(open)) {
        vacuum(open, table);
      }
    } catch (SQLException | RuntimeException e) {
      drop();
      log.atDebug().setMessage("the state database was not vacuumed").setCause(e).log();
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = connections.open();
      connection = open;
    }
    return open;
  }

  private static List<String> due(Connection open) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (Statement statement = open.createStatement();
        ResultSet rows = statement.executeQuery(DUE)) {
      while (rows.next()) {
        tables.add(rows.getString(1));
      }
    }
    return tables;
  }

  /** Neither waits for a lock nor keeps readers out, as a truncation would. */
  private static void vacuum(Connection open, String table) throws SQLException {
    try (Statement statement = open.createStatement()) {
      statement.execute("VACUUM (SKIP_LOCKED, ANALYZE, TRUNCATE FALSE) " + table);
    }
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        log.atDebug().setMessage("a broken connection was left").setCause(e).log();
      }
    }
  }

  /** Ends at once, also in the middle of a table: what is vacuumed already stays so. */
  @Override
  public void close() {
    timer.shutdownNow();
    drop();
    timer.close();
    drop(); // one that was being opened meanwhile
  }
}
