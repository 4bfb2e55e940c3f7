package io.hosu.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The kinds of state database that Hosu runs on. A test class that is run for each of them holds
 * what it says on both.
 */
public enum TestDatabase {
  /** A file in the test's own directory. */
  SQLITE {
    @Override
    public String newUrl(Path directory) {
      return "jdbc:sqlite:" + directory.resolve("state.db");
    }
  },

  /** A schema of its own in one real server, which ends with the process. */
  POSTGRES {
    @Override
    public String newUrl(Path directory) {
      String url = Server.RUNNING.getJdbcUrl("postgres", "postgres");
      return url + "&currentSchema=lake_" + Server.SCHEMAS.incrementAndGet();
    }
  };

  /** Where a database without anything in it is; for SQLite in {@code directory}. */
  public abstract String newUrl(Path directory);

  /** Started when the first test asks, and told not to wait for the disk. */
  private static final class Server {
    static final AtomicInteger SCHEMAS = new AtomicInteger();
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("synchronous_commit", "off")
            .setServerConfig("full_page_writes", "off")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
