package io.hosu.events;

import io.hosu.store.Database;
import io.hosu.store.DatabaseConfig;
import io.hosu.store.Databases;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** Each test has a schema of its own in one real server. */
class PostgresEventsTest implements EventsContract, SchedulesContract {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static final EmbeddedPostgres SERVER = start();

  private final Database database = Databases.open(inNewSchema(), EventsMigrations.all());
  private final Bus bus = new Bus(database);

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatabaseConfig inNewSchema() {
    String url = SERVER.getJdbcUrl("postgres", "postgres");
    return new DatabaseConfig(url + "&currentSchema=lake_" + SCHEMAS.incrementAndGet(), 4);
  }

  @Override
  public Bus bus() {
    return bus;
  }

  @AfterEach
  void close() {
    database.close();
  }

  @AfterAll
  static void stop() throws IOException {
    SERVER.close();
  }
}
