package io.hosu.tables;

import io.hosu.store.DatabaseConfig;
import io.hosu.store.Databases;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A lake for each test of a class: a schema of its own in one real PostgreSQL server. */
abstract class OnPostgres {
  private static EmbeddedPostgres server;
  private static Engine engine;
  private static int schemas;

  @TempDir Path directory;
  private TestLake lake;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.start();
    engine = new Engine();
  }

  @BeforeEach
  void open() {
    String url = server.getJdbcUrl("postgres", "postgres") + "&currentSchema=lake_" + ++schemas;
    lake =
        new TestLake(
            directory, engine, Databases.open(new DatabaseConfig(url, 4), TestLake.migrations()));
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @AfterAll
  static void stop() throws IOException {
    engine.close();
    server.close();
  }

  public final TestLake lake() {
    return lake;
  }
}
