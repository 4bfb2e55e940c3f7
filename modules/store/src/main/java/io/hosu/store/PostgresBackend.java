package io.hosu.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 15 or newer, in the schema that the URL's {@code currentSchema} names. Several servers
 * may share it: an advisory lock held by each writing transaction keeps their writes serial.
 */
final class PostgresBackend implements Backend {
  private static final Pattern SCHEMA = Pattern.compile("[?&]currentSchema=(\\w+)");
  private static final Set<String> REPEAT = Set.of("40001", "40P01", "55P03", "53300", "57P03");
  private static final Set<String> LOST = Set.of("57P01", "57P02", "57P05", "25P03");

  private final String url;
  private @Nullable PostgresVacuum vacuum;

  PostgresBackend(String url) {
    this.url = url;
  }

  @Override
  public Connection openWriter() throws SQLException {
    Connection connection = connect();
    try (Statement statement = connection.createStatement()) {
      makeSchema(connection);
      statement.execute("SET synchronous_commit = on");
      statement.execute("SET idle_in_transaction_session_timeout = '30s'");
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public Connection openReader() throws SQLException {
    Connection connection = connect();
    try {
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("targetServerType", "primary");
    properties.setProperty("ApplicationName", "hosu");
    return DriverManager.getConnection(url, properties);
  }

  private void makeSchema(Connection connection) throws SQLException {
    Matcher given = SCHEMA.matcher(url);
    if (!given.find()) {
      return;
    }
    String schema = given.group(1).toLowerCase(Locale.ROOT);
    if (exists(connection, schema)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
    }
  }

  private static boolean exists(Connection connection, String schema) throws SQLException {
    String sql = "SELECT 1 FROM pg_namespace WHERE nspname = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, schema);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Waits for the writers of other servers, then returns the transaction's number. */
  @Override
  public String begin(Session writer) throws SQLException {
    writer.text("SELECT pg_advisory_xact_lock(hashtext('hosu'), hashtext(current_schema()))::text");
    return writer.text("SELECT pg_current_xact_id()::text");
  }

  @Override
  public Optional<Boolean> committed(Session fresh, String begun) throws SQLException {
    String fate = fresh.text("SELECT coalesce(pg_xact_status('" + begun + "'::xid8), '')");
    return switch (fate) {
      case "committed" -> Optional.of(true);
      case "aborted" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  @Override
  public Trouble trouble(SQLException failure) {
    String state = failure.getSQLState();
    if (state == null || state.startsWith("08") || LOST.contains(state)) {
      return Trouble.LOST;
    }
    if (REPEAT.contains(state)) {
      return Trouble.REPEAT;
    }
    boolean exhausted = state.startsWith("53") || state.startsWith("58") || state.startsWith("XX");
    boolean refused = state.startsWith("28") || state.startsWith("3D");
    return exhausted || refused ? Trouble.DOWN : Trouble.STATEMENT;
  }

  /** Texts compare byte by byte, as in SQLite, whatever the language of the database. */
  @Override
  public String dialect(String sql) {
    return sql.replace("{bytes}", "BYTEA").replaceAll("\\bTEXT\\b", "TEXT COLLATE \"C\"");
  }

  @Override
  public void maintain() {
    vacuum = new PostgresVacuum(this::connect);
  }

  @Override
  public void close() {
    if (vacuum != null) {
      vacuum.close();
    }
  }

  @Override
  public String toString() {
    return new DatabaseConfig(url, 1).toString();
  }
}
