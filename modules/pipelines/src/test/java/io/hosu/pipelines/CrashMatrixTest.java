package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.CrashScript.Outcome;
import io.hosu.store.Database;
import io.hosu.testing.Crash;
import io.hosu.testing.CrashPoints;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server dies before and after each write of {@link CrashScript}, of a rollback and of a move
 * to the archive; whatever it dies at, the end is the same. The page {@code
 * docs/operations/crash-matrix.md} is written from this run: {@code ./build -pl modules/pipelines
 * -am test -Dtest=CrashMatrixTest -Dsurefire.failIfNoSpecifiedTests=false -Dhosu.docs.write=true}.
 */
class CrashMatrixTest {
  private static final Path PAGE = Path.of("../../docs/operations/crash-matrix.md");

  /** What each method writes, as {@code operation: what}; all in one transaction. */
  private static final Map<String, String> WRITES = new LinkedHashMap<>();

  static {
    WRITES.put("EventRouter.routeOnce", "routing: messages in queues, the cursor of the router");
    WRITES.put("Claims.take", "claiming: messages received, the execution runs");
    WRITES.put("Transforming.prepare", "executing: the transform; nothing visible");
    WRITES.put(
        "StageRunner.publish",
        "publishing: rows, the end of the execution, messages deleted, ledger, event");
    WRITES.put(
        "StageRunner.forget", "executing: a moment without work: execution and message are gone");
    WRITES.put(
        "Settlement.fail", "failing: another attempt planned, or dead letters and what goes on");
    WRITES.put("Server.redrive", "redriving: dead letters back in their queue, an event for each");
    WRITES.put("Retrying.retry", "retry: dead letters taken over by a new execution");
    WRITES.put("Cancelling.cancel", "cancel: the execution ends, its messages are set aside");
    WRITES.put("Replays.begin", "replaying: the replay as it was asked for");
    WRITES.put("Replays.step", "replaying: messages of a part, how far it has come");
    WRITES.put("Sweep.begin", "lease: taken at the start");
    WRITES.put("Sweep.sweep", "lease: kept");
    WRITES.put(
        "Redrives.begin", "redriving records: the execution that takes them out of quarantine");
    WRITES.put("Rollbacks.rollback", "rollback: tables set back, ledger set back, events");
    WRITES.put(
        "ExecutionArchive.move",
        "archiving: old executions become rows of an Iceberg table and leave the state database");
    WRITES.put("ExecutionArchive.sweep", "archiving: old backfills forgotten");
  }

  private static final List<String> INVARIANTS =
      List.of(
          "Nothing moves any more: every event was routed, no queue holds a message, every"
              + " execution has ended.",
          "Each table holds the rows that it holds without a crash, each once; an overwritten one"
              + " exactly those of the objects that are there.",
          "The dead letters are those without a crash: one for each message that is guilty, none"
              + " for another.",
          "Each execution that succeeded has exactly one attempt that published, and no other"
              + " execution has one.",
          "A moment of a schedule at which there is nothing to do leaves no execution.",
          "A replay that was asked for sent each event exactly once to the queue.",
          "A cancelled execution published nothing; who asks for a retry twice has one.",
          "A rollback has set back all of it or nothing: the rows, the ledger and the execution"
              + " agree at every moment, and asked for again it is done once.",
          "An old execution is in the state database or in the Iceberg table, never in both and"
              + " never in neither.",
          "A record that is redriven is in quarantine, or a row of the table, or in quarantine again"
              + " with its new reason: at every moment exactly one of these.");

  private static final Principal ADMIN = Principal.user("root").asAdministrator();
  private static final String EXECUTIONS = "SELECT * FROM system.executions ORDER BY id";

  @TempDir Path directory;

  private final List<String> rows = new ArrayList<>();
  private int crashes;

  @Test
  void whateverWriteTheServerDiesAtTheEndIsTheSame() throws IOException {
    scriptDiesAtEach();
    rollbackDiesAtEach();
    archivingDiesAtEach();
    redriveOfRecordsDiesAtEach();
    isCurrent(page());
  }

  private void scriptDiesAtEach() throws IOException {
    CrashPoints never = CrashPoints.never();
    Outcome whole = play(never, "never");
    assertThat(whole.deadLetters()).as("dead letters without a crash").hasSize(3);
    assertThat(whole.rows().get("add"))
        .containsExactly("a/1.ok=x", "a/2.ok=x", "a/4.bad=good", "a/6.flaky=x", "a/7.ok=x");
    List<String> points = never.passed();
    for (int n = 0; n < points.size(); n++) {
      if (points.get(n).startsWith("before")) {
        add(points.get(n), died(points, n, whole), diedAfter(points, n + 1, whole));
      }
    }
  }

  /** A write that fails, as it does where a value cannot be kept, has no end to die at. */
  private String diedAfter(List<String> points, int n, Outcome whole) throws IOException {
    return n < points.size() && points.get(n).startsWith("after")
        ? died(points, n, whole)
        : "none, it fails";
  }

  private String died(List<String> points, int n, Outcome whole) throws IOException {
    crashes++;
    Outcome outcome = play(CrashPoints.at(n), "at" + n);
    check(outcome, whole, points.get(n));
    return seen(outcome.lost());
  }

  private Outcome play(CrashPoints points, String name) throws IOException {
    Path own = Files.createDirectory(directory.resolve(name));
    try (World world = new World(TestDatabase.SQLITE, own, 7)) {
      return new CrashScript(world).play(points);
    }
  }

  private static void check(Outcome outcome, Outcome whole, String point) {
    assertThat(outcome.pending()).as("pending, %s", point).isEqualTo(new Pending(0, 0, 0));
    assertThat(outcome.messages()).as("messages, %s", point).isZero();
    assertThat(outcome.open()).as("open executions, %s", point).isEmpty();
    assertThat(outcome.rows()).as("rows, %s", point).isEqualTo(whole.rows());
    assertThat(outcome.deadLetters()).as("letters, %s", point).isEqualTo(whole.deadLetters());
    assertThat(outcome.twice()).as("executions published twice, %s", point).isEmpty();
    assertThat(outcome.retries()).as("retries, %s", point).isEqualTo(whole.retries());
  }

  private static String seen(long lost) {
    return switch ((int) lost) {
      case 0 -> "no attempt lost";
      case 1 -> "1 attempt lost, made again";
      default -> lost + " attempts lost, made again";
    };
  }

  private void rollbackDiesAtEach() throws IOException {
    CrashPoints never = CrashPoints.never();
    rollBack(never, "rollback-never");
    crashes--;
    List<String> points = never.passed();
    assertThat(points).isNotEmpty();
    for (int n = 0; n < points.size(); n += 2) {
      String before = rollBack(CrashPoints.at(n), "rollback" + n);
      String after = rollBack(CrashPoints.at(n + 1), "rollback" + (n + 1));
      add(points.get(n), before, after);
    }
  }

  private String rollBack(CrashPoints points, String name) throws IOException {
    crashes++;
    Path own = Files.createDirectory(directory.resolve(name));
    try (Lake lake = new Lake(own)) {
      lake.apply(
          Lake.stage(
              "a.p.rows",
              new Trigger.Objects(List.of("raw/a/*.csv")),
              "SELECT id FROM input",
              Lake.into("a.stage.rows", Target.Mode.APPEND, List.of(), List.of())));
      for (String id : List.of("1", "2")) {
        lake.put("raw/a/" + id + ".csv", "id\n" + id + "\n");
        lake.finish();
      }
      var request =
          new Rollbacks.Request(
              lake.executions().getFirst().id(), "user:ann", Seen.ALL, Rollbacks.Reach.ALONE);
      Database mortal = new MortalDatabase(lake.database, points, () -> {});
      try {
        lake.rollbacks(mortal).rollback(request, _ -> {});
      } catch (Crash _) {
        // Who asked got no answer.
      }
      boolean done = isRolledBack(lake, request.execution());
      checkRollback(lake, done);
      if (!done) {
        lake.rollbacks(lake.database).rollback(request, _ -> {});
      } else {
        assertRefused(lake, request);
      }
      lake.finish();
      checkRollback(lake, true);
      return done ? "done" : "nothing of it done";
    }
  }

  private static void assertRefused(Lake lake, Rollbacks.Request request) {
    try {
      lake.rollbacks(lake.database).rollback(request, _ -> {});
    } catch (Conflict e) {
      assertThat(e.code()).isEqualTo(PipelinesError.NOTHING_TO_ROLL_BACK);
      return;
    }
    throw new AssertionError("It was rolled back twice.");
  }

  private static boolean isRolledBack(Lake lake, String execution) {
    return lake.executions().stream()
        .filter(one -> one.id().equals(execution))
        .anyMatch(one -> one.result().rolledBackBy() != null);
  }

  private static void checkRollback(Lake lake, boolean done) {
    assertThat(lake.query("a.stage.rows", "SELECT id FROM t ORDER BY id"))
        .isEqualTo(done ? List.of("1") : List.of("1", "2"));
    assertThat(
            lake.database.<Long>read(
                tx -> tx.number("SELECT COUNT(*) FROM stage_inputs WHERE version <> ''")))
        .as("objects that count as processed")
        .isEqualTo(done ? 1 : 2);
    assertThat(lake.executions().stream().map(one -> one.origin().by()))
        .as("rollbacks")
        .filteredOn(by -> by == Execution.By.ROLLBACK)
        .hasSize(done ? 1 : 0);
  }

  private void archivingDiesAtEach() throws IOException {
    CrashPoints never = CrashPoints.never();
    archive(never, "archive-never");
    crashes--;
    List<String> points = never.passed();
    assertThat(points).isNotEmpty();
    for (int n = 0; n < points.size(); n += 2) {
      String before = archive(CrashPoints.at(n), "archive" + n);
      String after = archive(CrashPoints.at(n + 1), "archive" + (n + 1));
      add(points.get(n), before, after);
    }
  }

  private String archive(CrashPoints points, String name) throws IOException {
    crashes++;
    Path own = Files.createDirectory(directory.resolve(name));
    try (Lake lake = new Lake(own)) {
      lake.apply(
          Lake.stage(
              "a.p.rows",
              new Trigger.Objects(List.of("raw/a/*.csv")),
              "SELECT id FROM input",
              Lake.into("a.stage.rows", Target.Mode.APPEND, List.of(), List.of())));
      for (String id : List.of("1", "2")) {
        lake.put("raw/a/" + id + ".csv", "id\n" + id + "\n");
        lake.finish();
      }
      List<String> whole = lake.sql(ADMIN, EXECUTIONS);
      assertThat(whole).hasSize(2);
      try {
        lake.archive(new MortalDatabase(lake.database, points, () -> {})).sweep(Duration.ZERO);
      } catch (Crash _) {
        // Another sweep comes.
      }
      boolean done = lake.executions().isEmpty();
      assertThat(lake.sql(ADMIN, EXECUTIONS)).as("executions, %s", name).isEqualTo(whole);
      assertThat(lake.executions()).as("in the state database, %s", name).hasSize(done ? 0 : 2);
      lake.archive(lake.database).sweep(Duration.ZERO);
      assertThat(lake.sql(ADMIN, EXECUTIONS)).as("executions, %s", name).isEqualTo(whole);
      assertThat(lake.executions()).as("in the state database, %s", name).isEmpty();
      return done ? "done" : "nothing of it done";
    }
  }

  private void redriveOfRecordsDiesAtEach() throws IOException {
    CrashPoints never = CrashPoints.never();
    redriveRecords(never, "records-never");
    crashes--;
    List<String> points = never.passed();
    assertThat(points).anyMatch(point -> point.endsWith("StageRunner.publish"));
    for (int n = 0; n < points.size(); n += 2) {
      String before = redriveRecords(CrashPoints.at(n), "records" + n);
      String after = redriveRecords(CrashPoints.at(n + 1), "records" + (n + 1));
      add(points.get(n), before, after);
    }
  }

  /** Who got no answer asks again. */
  private String redriveRecords(CrashPoints points, String name) throws IOException {
    crashes++;
    Path own = Files.createDirectory(directory.resolve(name));
    try (Lake lake = new Lake(own)) {
      lake.apply(
          Lake.stage(
              "a.p.rows",
              new Trigger.Objects(List.of("raw/a/*.csv")),
              "SELECT id, v FROM input",
              Lake.into("a.stage.rows", Target.Mode.APPEND, List.of(), List.of()),
              BadRecords.QUARANTINE));
      lake.put("raw/a/1.csv", "id,v\n1,a\n2;b\n3;c\n");
      lake.finish();
      lake.pipelines.close();
      Redrives.Request request =
          new Redrives.Request(
              TableName.parse("a.stage.rows_quarantine"),
              Optional.empty(),
              "",
              List.of("text = replace(text, '2;', '2,')"),
              "user:ann");
      boolean asked = false;
      Lake.Life life = lake.life(new MortalDatabase(lake.database, points, () -> {}));
      try {
        life.redrives.begin(request);
        asked = true;
        life.settle();
      } catch (Crash _) {
        checkRecords(lake);
        life = lake.life(lake.database);
        if (!asked) {
          life.redrives.begin(request);
        }
        life.settle();
      }
      assertThat(lake.query("a.stage.rows", "SELECT id, v FROM t ORDER BY id"))
          .as("rows, %s", name)
          .containsExactly("1,a", "2,b");
      assertThat(lake.query("a.stage.rows_quarantine", "SELECT line, text FROM t"))
          .as("records in quarantine, %s", name)
          .containsExactly("4,3;c");
      return seen(
          lake.database.<Long>read(
              tx -> tx.number("SELECT COUNT(*) FROM attempts WHERE outcome = 'LOST'")));
    }
  }

  private static void checkRecords(Lake lake) {
    boolean published = lake.query("a.stage.rows", "SELECT id FROM t").contains("2");
    assertThat(lake.query("a.stage.rows_quarantine", "SELECT text FROM t ORDER BY text"))
        .as("records in quarantine at the moment of the crash")
        .isEqualTo(published ? List.of("3;c") : List.of("2;b", "3;c"));
  }

  private void add(String point, String before, String after) {
    String writer = point.replaceFirst("^before ", "").replaceFirst("^\\w+\\$", "");
    String write = WRITES.get(writer);
    assertThat(write).as("what %s writes, in CrashMatrixTest.WRITES", writer).isNotNull();
    String[] parts = String.valueOf(write).split(": ", 2);
    rows.add(
        "| %d | %s | `%s`: %s | %s | %s | all hold |"
            .formatted(rows.size() + 1, parts[0], writer, parts[1], before, after));
  }

  private String page() {
    StringBuilder page = new StringBuilder("# Crash matrix\n\n");
    page.append(
        """
        Written by `CrashMatrixTest` from its own run; the test fails when this page differs. It plays one life with everything in it (objects
        that are good, bad, odd, or find the machine failing; a redrive, a retry, a cancellation, a replay, a moment of a schedule without work, a rollback, a move to the archive, records out of quarantine) once for each of %d
        points: the process ends there, at once, as by SIGKILL; another starts on the same state database, and whoever got no answer asks again.
        Then it checks:

        """
            .formatted(crashes));
    for (int i = 0; i < INVARIANTS.size(); i++) {
      page.append("%d. %s\n".formatted(i + 1, INVARIANTS.get(i)));
    }
    page.append(
        """

        Each write is one transaction. A crash *after* it comes before the process knows that it was written. A lost attempt is one that nobody
        settled: the next server finds it by its lease, and has it made again. What fails, such as a transform over bad records, or publishing what
        was cancelled, has no end to die at.

        | number | operation | write | crash before | crash after | invariants |
        |---|---|---|---|---|---|
        """);
    rows.forEach(row -> page.append(row).append('\n'));
    page.append(
        """

        The simulation (`SimulationTest`) has servers die at random points of random lives, on SQLite and PostgreSQL, one and several at a time;
        `CrashTest` and `TwoServersTest` kill real processes.
        """);
    return page.toString();
  }

  private static void isCurrent(String page) throws IOException {
    if (Boolean.getBoolean("hosu.docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("write it anew, see CrashMatrixTest").hasContent(page);
  }
}
