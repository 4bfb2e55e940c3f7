package io.hosu.store;

import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteException;

/**
 * SQLite in one file, with a write-ahead log: readers never wait for the writer. The directory
 * belongs to this server while it is open.
 */
final class SqliteBackend implements Backend {
  private static final int BUSY_MILLIS = 10_000;
  private static final int CACHE_KIB = 16 * 1024;
  private static final int JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024;

  private final Path file;
  private final Durability durability;
  private final DirectoryLock lock;

  private SqliteBackend(Path file, Durability durability, DirectoryLock lock) {
    this.file = file;
    this.durability = durability;
    this.lock = lock;
  }

  static SqliteBackend open(Path file, Durability durability) {
    Path absolute = file.toAbsolutePath();
    Path directory = absolute.resolveSibling("").normalize();
    try {
      Files.createDirectories(directory);
      return new SqliteBackend(absolute, durability, DirectoryLock.take(directory));
    } catch (IOException e) {
      throw new Unavailable(
          StoreError.DATABASE_UNAVAILABLE,
          "The data directory %s cannot be used: %s.".formatted(directory, e),
          "Make it a directory that this user may write to, then start again.",
          e);
    }
  }

  @Override
  public Connection openWriter() throws SQLException {
    return connect("PRAGMA query_only=OFF");
  }

  @Override
  public Connection openReader() throws SQLException {
    return connect("PRAGMA query_only=ON");
  }

  private Connection connect(String access) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(JournalMode.WAL);
    config.setSynchronous(
        durability == Durability.MACHINE ? SynchronousMode.FULL : SynchronousMode.OFF);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTransactionMode(TransactionMode.DEFERRED);
    config.enforceForeignKeys(false);
    config.setTempStore(TempStore.MEMORY);
    config.setCacheSize(-CACHE_KIB);
    config.setJournalSizeLimit(JOURNAL_LIMIT_BYTES);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA case_sensitive_like=ON");
      statement.execute(access);
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Nothing to do: this server has the directory to itself, and one thread writes. */
  @Override
  public String begin(Session writer) {
    return "";
  }

  @Override
  public Optional<Boolean> committed(Session fresh, String begun) {
    return Optional.empty();
  }

  @Override
  public Trouble trouble(SQLException failure) {
    if (!(failure instanceof SQLiteException sqlite)) {
      return Trouble.STATEMENT;
    }
    return switch (sqlite.getResultCode().code & 0xff) {
      case 5, 6, 17 -> Trouble.REPEAT; // BUSY, LOCKED, SCHEMA
      case 10, 15 -> Trouble.LOST; // IOERR, PROTOCOL
      case 7, 11, 13, 14, 26 -> Trouble.DOWN; // NOMEM, CORRUPT, FULL, CANTOPEN, NOTADB
      default -> Trouble.STATEMENT;
    };
  }

  /** A number that is the whole key is the row's own number, which needs no second tree. */
  @Override
  public String dialect(String sql) {
    return sql.replace("{bytes}", "BLOB").replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY");
  }

  /** SQLite reuses at once what was deleted. */
  @Override
  public void maintain() {}

  @Override
  public void close() {
    lock.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
