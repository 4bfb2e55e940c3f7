package io.hosu.pipelines;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server dies before and after each write of each of some lives; whatever it dies at, the end
 * is the same. The page {@code docs/operations/crash-matrix.md} is written from this run: {@code
 * ./build -pl modules/pipelines -am test -Dtest=CrashMatrixTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dhosu.docs.write=true}.
 */
class CrashMatrixTest {
  private static final Path PAGE = Path.of("../../docs/operations/crash-matrix.md");

  /** The first write of every life, of which one life is enough. */
  private static final String START = "Sweep.begin";

  /** What each method writes, as {@code operation: what}; all in one transaction. */
  private static final Map<String, String> WRITES = new HashMap<>();

  static {
    WRITES.put("EventRouter.routeOnce", "routing: messages in queues, the cursor of the router");
    WRITES.put("Claims.take", "claiming: messages received, the execution runs");
    WRITES.put("Transforming.prepare", "executing: the transform; nothing visible");
    WRITES.put(
        "StageRunner.publish",
        "publishing: rows, the end of the execution, messages deleted, ledger, event");
    WRITES.put("StageRunner.reject", "rejecting: what broke a rule, as a tag beside the table");
    WRITES.put(
        "StageRunner.forget", "executing: a moment without work: execution and message are gone");
    WRITES.put(
        "Settlement.fail", "failing: another attempt planned, or dead letters and what goes on");
    WRITES.put(
        "Redriving.redrive", "redriving: dead letters back in their queue, an event for each");
    WRITES.put("Redriving.edit", "editing: the corrected event in a dead letter, an event");
    WRITES.put("Retrying.retry", "retry: dead letters taken over by a new execution");
    WRITES.put("Cancelling.cancel", "cancel: the execution ends, its messages are set aside");
    WRITES.put(
        "Settlement.cancelled", "cancel: what the cancelled attempt did, once its work has ended");
    WRITES.put("Replays.begin", "replaying: the replay as it was asked for");
    WRITES.put("Replays.step", "replaying: messages of a part, how far it has come");
    WRITES.put("ScheduleClock.step", "schedules: events of moments, the moments that come next");
    WRITES.put("Backfills.begin", "backfill: its objects, in parts, as they are now");
    WRITES.put(
        "BackfillFeeder.step",
        "backfill: messages of the next parts with their executions, parts that are over");
    WRITES.put("Backfills.cancel", "backfill: its end before its end");
    WRITES.put("StageHolds.obey", "pause, drain, resume: the hold, an event");
    WRITES.put("StageHolds.endDrained", "drain: a stage that is drained is paused, an event");
    WRITES.put("Stages.drop", "drop: messages, hold, ledger and the stage are gone");
    WRITES.put(START, "lease: taken at the start");
    WRITES.put("Sweep.sweep", "lease: kept");
    WRITES.put(
        "Redrives.begin", "redriving records: the execution that takes them out of quarantine");
    WRITES.put("Rollbacks.rollback", "rollback: tables set back, ledger set back, events");
    WRITES.put(
        "ExecutionArchive.move",
        "archiving: old executions become rows of an Iceberg table and leave the state database");
    WRITES.put("ExecutionArchive.sweep", "archiving: old backfills forgotten");
  }

  /**
   * A life that is played once for each of its points.
   *
   * @param writers whose writes it dies at
   */
  private record Chapter(
      String title, CrashPlay.Beginning beginning, Predicate<String> writers, boolean isOfWorld) {
    static Chapter ofWorld(String title, Function<World, CrashLife<?>> life) {
      return new Chapter(
          title,
          (kind, directory) -> life.apply(new World(kind, directory, 7)),
          writer -> !writer.equals(START),
          true);
    }

    static Chapter ofLake(String title, Function<Lake, CrashLife<?>> life, String... writers) {
      return new Chapter(
          title,
          (kind, directory) -> life.apply(new Lake(directory, kind)),
          Set.of(writers)::contains,
          false);
    }
  }

  private static final List<Chapter> CHAPTERS =
      List.of(
          new Chapter(
              "Objects that are good, bad, odd, or find the machine failing",
              (kind, directory) -> new CrashLives.Arrival(new World(kind, directory, 7)),
              _ -> true,
              true),
          Chapter.ofWorld("A redrive of dead letters", CrashLives.Redrive::new),
          Chapter.ofWorld("A dead letter that is edited", CrashLives.Edit::new),
          Chapter.ofWorld("A retry of what failed", CrashLives.RetryOfWhatFailed::new),
          Chapter.ofWorld("An execution that is cancelled, and retried", CrashLives.Cancel::new),
          Chapter.ofWorld("A replay", CrashLives.Replaying::new),
          Chapter.ofWorld(
              "Moments of schedules, with work and without", TriggerLives.Scheduled::new),
          Chapter.ofWorld("Objects that a schedule gathers", TriggerLives.Gathered::new),
          Chapter.ofWorld("Sets of objects, by globs and by a manifest", TriggerLives.OfSets::new),
          Chapter.ofWorld("Stages that wait for tables", TriggerLives.OnTables::new),
          Chapter.ofWorld("A backfill, and one that is cancelled", TriggerLives.Backfilled::new),
          Chapter.ofWorld("A stage that is paused, drained and let go on", CrashLives.Holding::new),
          Chapter.ofWorld("A stage that is dropped", CrashLives.Drop::new),
          Chapter.ofLake(
              "Iceberg tables: an append, an overwrite, and their rollback",
              LakeLives.Publish::new,
              "StageRunner.publish",
              "Rollbacks.rollback"),
          Chapter.ofLake(
              "Executions that move to the archive",
              LakeLives.Archive::new,
              "ExecutionArchive.move",
              "ExecutionArchive.sweep"),
          Chapter.ofLake(
              "Records out of quarantine",
              LakeLives.Records::new,
              "Redrives.begin",
              "Claims.take",
              "StageRunner.publish"),
          Chapter.ofLake(
              "A batch that breaks a rule of its stage",
              LakeLives.Audited::new,
              "StageRunner.reject",
              "Settlement.fail"));

  @TempDir Path directory;

  private final StringBuilder tables = new StringBuilder();
  private final Set<String> written = new HashSet<>();
  private int crashes;
  private int ended;
  private int number;

  /** How a life begins, by its number. */
  static CrashPlay.Beginning beginning(int chapter) {
    return CHAPTERS.get(chapter).beginning();
  }

  @Test
  void whateverWriteTheServerDiesAtTheEndIsTheSame() throws IOException {
    for (Chapter chapter : CHAPTERS) {
      Path own = Files.createDirectory(directory.resolve("chapter" + CHAPTERS.indexOf(chapter)));
      OptionalInt lived =
          chapter.isOfWorld() ? OptionalInt.of(CHAPTERS.indexOf(chapter)) : OptionalInt.empty();
      CrashPlay play = new CrashPlay(chapter.beginning(), own, lived);
      tables.append("\n## %s\n\n".formatted(chapter.title()));
      tables.append(
          "| number | operation | write | crash before | crash after | invariants | on |\n");
      tables.append("|---|---|---|---|---|---|---|\n");
      play.dieAt(chapter.writers()).forEach(this::add);
      crashes += play.crashes();
      ended += play.ended();
    }
    assertThat(WRITES.keySet()).as("CrashMatrixTest.WRITES, which all come").isEqualTo(written);
    isCurrent(page());
  }

  /** The messages are received, and nothing has begun to work on them. */
  @Test
  void aProcessThatIsKilledBetweenReceiveAndStartLosesAndDoublesNothing() throws IOException {
    CrashPlay play = new CrashPlay(CHAPTERS.getFirst().beginning(), directory, OptionalInt.of(0));

    List<CrashPlay.Write> claims = play.dieAt("Claims.take"::equals);

    assertThat(play.ended()).as("processes that ended there").isEqualTo(2);
    assertThat(claims.getFirst().after()).contains("attempts lost, made again");
  }

  private void add(CrashPlay.Write write) {
    written.add(write.writer());
    String known = WRITES.get(write.writer());
    assertThat(known).as("what %s writes, in CrashMatrixTest.WRITES", write.writer()).isNotNull();
    String[] parts = String.valueOf(known).split(": ", 2);
    tables.append(
        "| %d | %s | `%s`: %s | %s | %s | %s | %s |\n"
            .formatted(
                ++number,
                parts[0],
                write.writer(),
                parts[1],
                write.before(),
                write.after(),
                write.held().stream().map(one -> "" + one.number()).collect(joining(", ")),
                write.on().size() == 1 ? "SQLite" : "SQLite, PostgreSQL"));
  }

  private String page() {
    String invariants =
        Arrays.stream(CrashInvariant.values())
            .map(one -> "%d. %s\n".formatted(one.number(), one.text()))
            .collect(joining());
    return """
    # Crash matrix

    Written by `CrashMatrixTest` from its own run; the test fails when this page differs. It plays %d lives of a lake, each of them once for
    each point below, %d times in all: it ends there, at once, as by SIGKILL; another process starts on the same state database, and whoever
    got no answer asks again. At the first write of each kind of each life over rows of the state database, %d times, a process of its own has
    lived it on SQLite and really ended there (`Runtime.halt`), and the next one starts on the files that it left; at the other points an
    exception ends it, after which nothing of it writes any more. Then it checks what the row names:

    %s
    Each write is one transaction. A crash *after* it comes before the process knows that it was written. A lost attempt is one that nobody
    settled: the next server finds it by its lease, and has it made again. What fails, such as a transform over bad records, or publishing what
    was cancelled, has no end to die at. Every point is one on SQLite; the first of each kind of write in each life is one on PostgreSQL, too.
    %s
    The simulation (`SimulationTest`) has servers die at random points of random lives, on SQLite and PostgreSQL, one and several at a time.
    Several servers have nothing in common there but the state database and the clock, and each of their writes is one transaction: the orders
    in which these can meet are those of several processes, and a seed repeats one of them. `CrashTest` and `TwoServersTest` kill real
    processes, whose orders nobody can repeat.
    """
        .formatted(CHAPTERS.size(), crashes, ended, invariants, tables);
  }

  private static void isCurrent(String page) throws IOException {
    if (Boolean.getBoolean("hosu.docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("write it anew, see CrashMatrixTest").hasContent(page);
  }
}
