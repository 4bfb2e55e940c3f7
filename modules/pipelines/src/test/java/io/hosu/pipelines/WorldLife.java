package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.events.DeadLetter;
import io.hosu.testing.CrashPoints;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A life whose tables are rows of the state database. */
abstract class WorldLife extends CrashLife<World.Server> {
  static final Trigger ALL = new Trigger.Objects(List.of("raw/a/**"));
  static final Retry TWICE = new Retry(2, Duration.ofSeconds(10), new BigDecimal("1.5"));

  final World world;

  WorldLife(World world, StageSpec... stages) {
    this.world = world;
    world.server().apply(stages);
    endsWith(CrashInvariant.SETTLED, this::moving);
    endsWith(CrashInvariant.ROWS, () -> rows(stages));
    endsWith(CrashInvariant.DEAD_LETTERS, this::letters);
    endsWith(CrashInvariant.PUBLISHED_ONCE, this::publishedOtherwise);
  }

  @Override
  World.Server start(CrashPoints points) {
    return world.server(points, true);
  }

  @Override
  void takeOver(Path left) {
    world.takeOver(left);
  }

  @Override
  void begin(World.Server server) {
    server.pipelines.begin();
  }

  @Override
  String told() {
    return told(world.count("attempts WHERE outcome = 'LOST'"));
  }

  static String told(long lost) {
    return switch ((int) lost) {
      case 0 -> "no attempt lost";
      case 1 -> "1 attempt lost, made again";
      default -> lost + " attempts lost, made again";
    };
  }

  /** What still moves or waits; nothing. */
  private List<String> moving() {
    assertThat(process().pipelines.pending()).as("pending").isEqualTo(new Pending(0, 0, 0));
    assertThat(world.count("messages")).as("messages in queues").isZero();
    return ids("SELECT id FROM executions WHERE status IN ('PENDING', 'RUNNING')");
  }

  private Map<String, List<String>> rows(StageSpec... stages) {
    Map<String, List<String>> rows = new TreeMap<>();
    for (StageSpec stage : stages) {
      rows.put(stage.name().toString(), world.rows(stage.name().stage()));
    }
    return rows;
  }

  private List<String> letters() {
    return world.deadLetters().stream()
        .map(letter -> letter.queue() + " " + EventObject.of(letter.event()).orElseThrow().name())
        .sorted()
        .toList();
  }

  /** Executions with another number of attempts that published than they must have. */
  private List<String> publishedOtherwise() {
    return ids(
        """
        SELECT id FROM executions e WHERE (CASE status WHEN 'SUCCEEDED' THEN 1 ELSE 0 END) <>
          (SELECT COUNT(*) FROM attempts a WHERE a.execution = e.id AND a.outcome = 'SUCCEEDED')\
        """);
  }

  private List<String> ids(String sql) {
    return world.database.read(tx -> tx.list(sql, row -> row.text("id")));
  }

  /** Objects come, and all that follows from it is done before anything dies. */
  final void processed(String... names) {
    Arrays.stream(names).forEach(name -> world.put("a/" + name, "x"));
    World.Server first = world.server();
    first.pipelines.begin();
    first.finish();
  }

  /** Others put objects, of which nothing else is known than their names. */
  final void put(String... names) {
    outside(() -> Arrays.stream(names).forEach(name -> world.put("a/" + name, "x")));
  }

  /** Time passes until nothing moves by itself any more. */
  final void finish() {
    step(World.Server::finish);
  }

  final List<DeadLetter> lettersAbout(String name) {
    return world.deadLetters().stream()
        .filter(
            letter -> EventObject.of(letter.event()).orElseThrow().name().key().equals("a/" + name))
        .toList();
  }

  final List<Execution> executions(StageSpec stage) {
    return process().pipelines.executions().list(ExecutionFilter.ALL, 1000, null).items().stream()
        .filter(one -> one.stage().equals(stage.name()))
        .toList();
  }

  final long succeeded(StageSpec stage) {
    return executions(stage).stream()
        .filter(one -> one.status() == ExecutionStatus.SUCCEEDED)
        .count();
  }

  @Override
  public void close() {
    world.close();
  }
}
