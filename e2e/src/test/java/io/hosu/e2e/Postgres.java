package io.hosu.e2e;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A PostgreSQL of its own that can be killed and started again. */
final class Postgres implements AutoCloseable {
  private final Path data;
  private final EmbeddedPostgres server;
  private final List<String> command = new ArrayList<>();

  private Postgres(Path data) throws IOException {
    this.data = data;
    this.server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setOutputRedirector(Redirect.DISCARD)
            .setErrorRedirector(Redirect.DISCARD)
            .start();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "-U")); // PostgreSQL refuses to run as root
    }
    ProcessHandle.Info info = postmaster().info();
    command.add(info.command().orElseThrow());
    command.addAll(List.of(info.arguments().orElseThrow()));
  }

  /** Starts an empty one with its files in the folder. */
  static Postgres start(Path folder) throws IOException {
    return new Postgres(folder);
  }

  /** What {@code hosu up} is told, to keep its state here and to be quick in taking over. */
  String[] options() {
    return new String[] {"--set", "state.url=" + url(), "--set", "pipelines.lease=5s"};
  }

  /** Where it is, for JDBC. */
  String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  /** SIGKILL to all its processes. */
  void kill() throws IOException {
    ProcessHandle postmaster = postmaster();
    List<ProcessHandle> workers = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    postmaster.onExit().join();
    workers.forEach(ProcessHandle::destroyForcibly);
    workers.forEach(worker -> worker.onExit().join());
  }

  /** Starts it again with the files that it left, and waits until it answers. */
  void startAgain() throws IOException {
    new ProcessBuilder(command)
        .redirectOutput(Redirect.DISCARD)
        .redirectError(Redirect.DISCARD)
        .start();
    for (int tries = 1; !answers(); tries++) {
      if (tries == 600) {
        throw new IOException("PostgreSQL did not start again: " + command);
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private boolean answers() {
    try (Connection connection = server.getPostgresDatabase().getConnection()) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false; // it is starting, or recovering
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
