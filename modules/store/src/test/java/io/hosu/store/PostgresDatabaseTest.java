package io.hosu.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.hosu.kernel.HosuException.Unavailable;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each test has a schema of its own in one real server. */
class PostgresDatabaseTest implements DatabaseContract {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static final EmbeddedPostgres SERVER = start();

  /** Those that somebody asked for, autovacuum's own not among them. */
  private static final String VACUUMS =
      """
      SELECT vacuum_count FROM pg_stat_user_tables
      WHERE schemaname = current_schema() AND relname = 'numbers'\
      """;

  private final DatabaseConfig config = inNewSchema();
  private Database database = Databases.open(config, NUMBERS);

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatabaseConfig inNewSchema() {
    String url = SERVER.getJdbcUrl("postgres", "postgres");
    String schema = "lake_" + SCHEMAS.incrementAndGet();
    return new DatabaseConfig(url + "&currentSchema=" + schema, 4);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @AfterAll
  static void stop() throws IOException {
    SERVER.close();
  }

  @Override
  public Database database() {
    return database;
  }

  @Override
  public Database reopen(List<Migration> migrations) {
    database.close();
    database = Databases.open(config, migrations);
    return database;
  }

  @Test
  void writesOfSeveralServersAreSerial() {
    database.perform(tx -> tx.update("INSERT INTO numbers (n) VALUES (0)"));
    try (Database other = Databases.open(config, NUMBERS)) {
      List<Thread> threads =
          LongStream.range(0, 400)
              .mapToObj(n -> Thread.ofVirtual().start(() -> addNext(n % 2 == 0 ? database : other)))
              .toList();
      threads.forEach(PostgresDatabaseTest::join);
    }

    assertThat(database.<Long>read(tx -> tx.number("SELECT MAX(n) FROM numbers"))).isEqualTo(400);
  }

  private static void addNext(Database database) {
    database.perform(tx -> tx.update("INSERT INTO numbers (n) SELECT MAX(n) + 1 FROM numbers"));
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void connectionsThatTheServerEndsAreReplaced() {
    database.perform(tx -> tx.update("INSERT INTO numbers (n) VALUES (1)"));
    assertThat(count()).isEqualTo(1);

    endOtherConnections();
    assertThat(count()).isEqualTo(1);
    database.perform(tx -> tx.update("INSERT INTO numbers (n) VALUES (2)"));

    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aWriteWhoseConnectionEndsInTheMiddleIsRunAgain() {
    AtomicInteger runs = new AtomicInteger();

    database.perform(tx -> {
      tx.update("INSERT INTO numbers (n) VALUES (1)");
      if (runs.incrementAndGet() == 1) {
        endOtherConnections();
      }
      tx.update("INSERT INTO numbers (n) VALUES (2)");
    });

    assertThat(runs).hasValue(2);
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void whatBecameOfACommitWithoutAnswerIsFoundOut() throws Exception {
    PostgresBackend backend = new PostgresBackend(config.url());
    try (Session first = new Session(backend.openWriter());
        Session second = new Session(backend.openWriter())) {
      String done = backend.begin(first);
      first.commit();
      String undone = backend.begin(first);
      first.rollback();
      String open = backend.begin(first);

      assertThat(backend.committed(second, done)).contains(true);
      assertThat(backend.committed(second, undone)).contains(false);
      assertThat(backend.committed(second, open)).isEmpty();
    }
  }

  @Test
  @Timeout(30)
  void whatWasDeletedIsClearedAwayWithoutWaitingForAutovacuum() {
    database.perform(tx ->
        tx.update("INSERT INTO numbers (n) SELECT i FROM generate_series(1, 20000) AS made(i)"));
    database.perform(tx -> tx.update("DELETE FROM numbers WHERE n > 100"));

    while (database.<Long>read(tx -> tx.number(VACUUMS)) == 0) {
      Thread.onSpinWait();
    }
    assertThat(count()).isEqualTo(100);
  }

  @Test
  void aServerThatIsNotThereIsUnavailable() {
    DatabaseConfig nowhere = new DatabaseConfig("jdbc:postgresql://localhost:1/x?password=abc", 1);

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> Databases.open(nowhere, NUMBERS))
        .withMessageContaining("password=***");
  }

  private long count() {
    return database.read(tx -> tx.number("SELECT COUNT(*) FROM numbers"));
  }

  private void endOtherConnections() {
    try (var connection = SERVER.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hosu'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
