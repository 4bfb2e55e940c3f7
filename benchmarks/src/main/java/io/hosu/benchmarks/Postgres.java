package io.hosu.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;

/** A PostgreSQL server of its own that waits for the disk at each commit. */
final class Postgres implements AutoCloseable {
  private final EmbeddedPostgres server;

  Postgres() throws IOException {
    server = EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "on").start();
  }

  /** Where an empty database is. */
  String url() {
    return server.getJdbcUrl("postgres", "postgres") + "&currentSchema=lake";
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
