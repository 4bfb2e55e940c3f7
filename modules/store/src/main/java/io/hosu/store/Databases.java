package io.hosu.store;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import java.nio.file.Path;
import java.util.List;

/** Opens state databases. */
public final class Databases {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final String POSTGRES = "jdbc:postgresql:";

  private Databases() {}

  /**
   * Opens the state database and brings its tables up to {@code migrations}, all or none of them.
   *
   * @param migrations of every module, each module's in order of version
   * @throws Unavailable when the database does not answer
   * @throws Conflict {@link StoreError#DATABASE_IN_USE} when another server has it open
   * @throws Invalid {@link StoreError#DATABASE_NEWER}, {@link StoreError#MIGRATION_CHANGED} or
   *     {@link StoreError#DATABASE_URL_INVALID}
   */
  public static Database open(DatabaseConfig config, List<Migration> migrations) {
    return open(backend(config, Durability.MACHINE), config.readers(), migrations);
  }

  /** Opens SQLite in {@code directory} for a test, as {@link #temporary(String, List)} does. */
  public static Database temporary(Path directory, List<Migration> migrations) {
    return temporary(SQLITE + directory.resolve("state.db"), migrations);
  }

  /**
   * Opens a database for a test: as {@link #open}, but SQLite does not wait for the disk, so that
   * what is written survives the process and not the machine.
   */
  public static Database temporary(String url, List<Migration> migrations) {
    return open(backend(new DatabaseConfig(url, 4), Durability.PROCESS), 4, migrations);
  }

  private static Database open(Backend backend, int readers, List<Migration> migrations) {
    try {
      MigrationRunner.run(backend, migrations);
      backend.maintain();
      return new JdbcDatabase(backend, readers, Backoff.STANDARD);
    } catch (RuntimeException | Error e) {
      backend.close();
      throw e;
    }
  }

  private static Backend backend(DatabaseConfig config, Durability durability) {
    String url = config.url();
    if (url.startsWith(SQLITE)) {
      return SqliteBackend.open(Path.of(url.substring(SQLITE.length())), durability);
    }
    if (url.startsWith(POSTGRES)) {
      return new PostgresBackend(url);
    }
    throw new Invalid(
        StoreError.DATABASE_URL_INVALID,
        "The state database's URL '%s' is neither SQLite's nor PostgreSQL's.".formatted(config),
        "Set state.url to jdbc:postgresql://HOST/NAME?user=…&password=…, or leave it empty.");
  }
}
