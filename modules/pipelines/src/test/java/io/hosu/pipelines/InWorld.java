package io.hosu.pipelines;

import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests with a world of their own and a server at work in it, on each kind of state database. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
@SuppressWarnings("NullAway.Init") // the first is set before, the others by the method that begins
abstract class InWorld {
  @Parameter TestDatabase kind;
  World world;
  World.Server server;

  @BeforeEach
  void openWorld(@TempDir Path directory) {
    world = new World(kind, directory, 1);
    server = world.server();
    server.pipelines.begin();
  }

  @AfterEach
  void closeWorld() {
    world.close();
  }

  /** Every execution, the newest first. */
  final List<Execution> executions() {
    return server.pipelines.executions().list(ExecutionFilter.ALL, 1000, null).items();
  }
}
