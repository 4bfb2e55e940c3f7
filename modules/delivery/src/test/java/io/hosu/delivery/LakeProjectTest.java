package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.LakeProject.Reading;
import io.hosu.delivery.SqlCheck.Verdict;
import io.hosu.events.Schedule;
import io.hosu.events.ScheduleRule.CatchUp;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.BadRecords;
import io.hosu.pipelines.Batch;
import io.hosu.pipelines.Breaker;
import io.hosu.pipelines.Faults;
import io.hosu.pipelines.FormatSpec;
import io.hosu.pipelines.FormatSpec.DelimitedText;
import io.hosu.pipelines.GroupBy;
import io.hosu.pipelines.Input;
import io.hosu.pipelines.Patience;
import io.hosu.pipelines.Reprocess;
import io.hosu.pipelines.Retry;
import io.hosu.pipelines.Running;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Target;
import io.hosu.pipelines.Tolerance;
import io.hosu.pipelines.Transform;
import io.hosu.pipelines.Trigger;
import io.hosu.pipelines.Versions;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LakeProjectTest {
  private static final String SQL = "domains/shop/transforms/clean.sql";

  private static LakeProject sound(Map<String, String> files) {
    Reading reading = LakeProject.read(ProjectFiles.of(files));
    assertThat(reading.mistakes()).isEmpty();
    return ((Reading.Sound) reading).project();
  }

  private static Map<String, String> shop(String pipeline) {
    return new TreeMap<>(
        Map.of(
            "lake.yaml",
            "name: shop",
            "domains/shop/pipelines/orders.yaml",
            pipeline,
            SQL,
            "SELECT * FROM input"));
  }

  private static StageSpec onlyStage(LakeProject project) {
    return project.desired().declared().stream()
        .filter(declared -> declared instanceof Declared.Stage)
        .map(declared -> ((Declared.Stage) declared).spec())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theExampleLakeHasNoMistakes() {
    Reading reading =
        LakeProject.read(ProjectFiles.in(Regenerate.repository().resolve("examples/aviation")));

    assertThat(reading.mistakes()).isEmpty();
  }

  @Test
  void everyKeyOfAStageReachesItsDeclaration() {
    String pipeline =
        """
        stages:
          clean:
            on: { objects: [raw/shop/a/*.csv, raw/shop/b/**] }
            batch: { max: 7, window: 1.5s, max_bytes: 256MB }
            format:
              type: csv
              delimiter: ";"
              quote: ""
              header: false
              encoding: latin-1
              null_text: "-"
              columns: { id: BIGINT, zip: VARCHAR }
            bad_records: quarantine
            tolerate: 2.50%
            reprocess: always
            max_record_bytes: 1000000
            sql: clean.sql
            into:
              table: stage.orders
              mode: merge
              key: [id]
              partition_by: [month(day)]
              sort_by: [id desc]
            retry: { attempts: 5, interval: 2m, backoff: 2 }
            timeout: 15m
            concurrency: 3
            enabled: false
            memory: 512MB
            breaker: { failures: 4, wait: 90s }
            priority: -7
        """;

    assertThat(onlyStage(sound(shop(pipeline))))
        .isEqualTo(
            new StageSpec(
                StageName.parse("shop.orders.clean"),
                new Trigger.Objects(List.of("raw/shop/a/*.csv", "raw/shop/b/**")),
                new Batch(7, Duration.ofMillis(1500), 1, Optional.empty(), 256L << 20),
                new Input(
                    new FormatSpec(
                        FormatSpec.Type.CSV,
                        new DelimitedText(";", "", null, false, "latin-1", "-"),
                        Map.of("id", "BIGINT", "zip", "VARCHAR")),
                    BadRecords.QUARANTINE,
                    Tolerance.parse("2.5%"),
                    Reprocess.ALWAYS,
                    Versions.REPLACE,
                    1_000_000),
                new Transform.Sql(SQL, "SELECT * FROM input"),
                new Target(
                    TableName.parse("shop.stage.orders"),
                    Target.Mode.MERGE,
                    List.of("id"),
                    List.of("month(day)"),
                    List.of("id desc")),
                new Running(
                    new Retry(5, Duration.ofMinutes(2), new BigDecimal(2)),
                    Duration.ofMinutes(15),
                    3,
                    false,
                    512L << 20,
                    new Breaker(4, Duration.ofSeconds(90)),
                    -7)));
  }

  @Test
  void setsOfObjectsReachTheirDeclaration() {
    String pipeline =
        """
        stages:
          clean:
            on:
              all: ["raw/shop/{day}/a.csv", "raw/shop/{day}/b.csv"]
              timeout: 2h
              partial: run
            format: { type: csv }
            sql: clean.sql
            into: { table: stage.orders }
        """;

    assertThat(onlyStage(sound(shop(pipeline))).on())
        .isEqualTo(
            new Trigger.All(
                List.of("raw/shop/{day}/a.csv", "raw/shop/{day}/b.csv"),
                new Patience(Optional.of(Duration.ofHours(2)), Patience.Partial.RUN)));
  }

  @Test
  void aManifestReachesItsDeclaration() {
    String pipeline =
        """
        stages:
          clean:
            on: { manifest: raw/shop/*.manifest.json }
            sql: clean.sql
            into: { table: stage.orders }
        """;

    assertThat(onlyStage(sound(shop(pipeline))).on())
        .isEqualTo(new Trigger.Manifest("raw/shop/*.manifest.json", Patience.ENDLESS));
  }

  @Test
  void aGroupReachesItsDeclaration() {
    String pipeline =
        """
        stages:
          clean:
            on: { objects: "raw/shop/{airport}/*.csv" }
            group_by: airport
            sql: clean.sql
            into: { table: stage.orders }
        """;

    assertThat(onlyStage(sound(shop(pipeline))).batch().groupBy()).contains(new GroupBy("airport"));
  }

  @Test
  void everyKeyOfAScheduleReachesItsDeclaration() {
    String pipeline =
        """
        stages:
          clean:
            on:
              schedule:
                expression: cron(0 6 ? * MON-FRI *)
                timezone: Europe/Berlin
                start: 2026-12-01T00:00:00Z
                end: 2027-12-01T00:00:00Z
                jitter: 5m
                catch_up: all
            sql: clean.sql
            into: { table: stage.orders }
        """;
    Schedule.Span span =
        new Schedule.Span(
            Instant.parse("2026-12-01T00:00:00Z"), Instant.parse("2027-12-01T00:00:00Z"));
    assertThat(onlyStage(sound(shop(pipeline))).on())
        .isEqualTo(
            new Trigger.Scheduled(
                Schedule.parse("cron(0 6 ? * MON-FRI *)", ZoneId.of("Europe/Berlin"), span),
                Duration.ofMinutes(5),
                CatchUp.ALL));
    String brief =
        "stages: { a: { on: { schedule: rate(1 hour) }, sql: clean.sql, into: { table: stage.a } }"
            + " }";
    assertThat(onlyStage(sound(shop(brief))).on())
        .isEqualTo(
            new Trigger.Scheduled(
                Schedule.parse("rate(1 hour)", ZoneOffset.UTC, Schedule.Span.ALWAYS),
                Duration.ZERO,
                CatchUp.ONCE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cron(0 0 30 2 ? *)                | UTC",
        "cron(0 0 29 2 ? 2025-2027)        | UTC",
        "cron(0 0 31W 2 ? *)               | UTC",
        "0 0 31 2 *                        | UTC",
        "at(2027-03-28T02:30:00)           | Europe/Berlin",
      })
  void aScheduleThatNeverComesIsToldOf(String expression, String zone) {
    assertThat(LakeProject.read(ProjectFiles.of(shop(scheduled(expression, zone)))).mistakes())
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.isError()).isFalse();
          assertThat(mistake.why()).startsWith("This schedule never comes");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cron(0 0 29 2 ? *)",
        "cron(0 0 31W * ? *)",
        "at(2027-03-28T02:30:00)",
        "rate(1000 days)"
      })
  void aScheduleThatComesAtSomeTimeIsNot(String expression) {
    sound(shop(scheduled(expression, "UTC")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cron(0 0 ? * 2#6 *) | 5m    | No month has a weekday '#6'.",
        "cron(0 0 ? * 2#0 *) | 5m    | No month has a weekday '#0'.",
        "rate(1 minute)      | 3000d | The jitter 3000d is longer than a day.",
      })
  void aScheduleThatCannotBeMeantIsRefused(String expression, String jitter, String why) {
    String pipeline = scheduled(expression, "UTC").replace("UTC", "UTC, jitter: " + jitter);

    assertThat(LakeProject.read(ProjectFiles.of(shop(pipeline))).mistakes())
        .filteredOn(Mistake::isError)
        .extracting(Mistake::why)
        .contains(why);
    sound(shop(scheduled("cron(0 0 ? * 2#5 *)", "UTC, jitter: 24h")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "raw/shop/              | ends with '/'",
        "raw/shop/***           | means no more than '**'",
        "'raw/shop/*, raw/shop/*' | is there twice",
      })
  void aGlobThatIsHardlyMeantIsToldOf(String globs, String why) {
    String pipeline =
        """
        stages:
          clean:
            on: { objects: [%s] }
            sql: clean.sql
            into: { table: stage.orders }
        """
            .formatted(globs.replace("raw/shop/", "\"raw/shop/").replace(",", "\",") + "\"");

    assertThat(LakeProject.read(ProjectFiles.of(shop(pipeline))).mistakes())
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.isError()).isFalse();
          assertThat(mistake.why()).contains(why);
        });
  }

  private static String scheduled(String expression, String zone) {
    return """
    stages:
      clean:
        on: { schedule: { expression: "%s", timezone: %s } }
        sql: clean.sql
        into: { table: stage.orders }
    """
        .formatted(expression, zone);
  }

  @Test
  void everyKeyOfARetryReachesItsDeclaration() {
    String pipeline =
        """
        stages:
          a:
            on: by_hand
            sql: clean.sql
            into: { table: stage.a }
            retry:
              attempts: 5
              interval: 2s
              backoff: 2
              max_delay: 5m
              jitter: full
              budget: 1h
              soft: [MEMORY_EXCEEDED]
              hard: [EXECUTION_TIMED_OUT, ENGINE_DISK]
        """;

    assertThat(onlyStage(sound(shop(pipeline))).running().retry())
        .isEqualTo(
            new Retry(
                5,
                new Retry.Waits(
                    Duration.ofSeconds(2),
                    new BigDecimal(2),
                    Duration.ofMinutes(5),
                    Retry.Jitter.FULL),
                Duration.ofHours(1),
                Faults.of(
                    List.of("MEMORY_EXCEEDED"), List.of("EXECUTION_TIMED_OUT", "ENGINE_DISK"))));
  }

  @Test
  void aScheduleBesideObjectsOrAPatternGathersWhatTheyBring() {
    String objects =
        """
        stages:
          a:
            on: { objects: raw/shop/orders/*.csv, schedule: rate(1 hour) }
            batch: { min: 10, max: 100, window: 6h }
            sql: clean.sql
            into: { table: stage.a }
        """;
    Trigger.Scheduled hourly =
        new Trigger.Scheduled(
            Schedule.parse("rate(1 hour)", ZoneOffset.UTC, Schedule.Span.ALWAYS),
            Duration.ZERO,
            CatchUp.ONCE);
    StageSpec stage = onlyStage(sound(shop(objects)));
    assertThat(stage.on())
        .isEqualTo(
            new Trigger.Gathered(new Trigger.Objects(List.of("raw/shop/orders/*.csv")), hourly));
    assertThat(stage.batch()).isEqualTo(new Batch(100, Duration.ofHours(6), 10));

    String pattern =
        "stages: { a: { on: { pattern: { source: [com.example] }, schedule: rate(1 hour) },"
            + " sql: clean.sql, into: { table: stage.a } } }";
    assertThat(onlyStage(sound(shop(pattern))).on())
        .isEqualTo(
            new Trigger.Gathered(
                new Trigger.Pattern(
                    (ObjectNode)
                        Json.parse("{\"source\": [\"com.example\"], \"account\": [\"shop\"]}")),
                hourly));
  }

  @Test
  void aStageMayStartOnAnyOfItsTables() {
    String pipeline =
        """
        stages:
          a: { on: { objects: raw/shop/a/* }, sql: clean.sql, into: { table: stage.a } }
          b: { on: { tables: [stage.a], when: any }, sql: b.sql, into: { table: stage.b } }
        """;
    Map<String, String> files = shop(pipeline);
    files.put("domains/shop/transforms/b.sql", "SELECT 1 AS one FROM stage.a");

    assertThat(sound(files).desired().declared())
        .filteredOn(declared -> declared instanceof Declared.Stage)
        .extracting(declared -> ((Declared.Stage) declared).spec().on())
        .contains(
            new Trigger.Tables(List.of(TableName.parse("shop.stage.a")), Trigger.Tables.When.ANY));
  }

  private static final SqlCheck CHANGES_OF_A =
      (_, text) ->
          text.contains("changes")
              ? new Verdict.Reads(Set.of("shop.stage.a"), Set.of("shop.stage.a"))
              : new Verdict.Reads(Set.of("input"));

  private static Reading changesOfA(String a, String intoB) {
    Map<String, String> files =
        shop(
            """
            stages:
              a: { on: { objects: raw/shop/a/* }, sql: clean.sql, %s }
              b: { on: { tables: [stage.a] }, sql: b.sql, into: { table: stage.b%s } }
            """
                .formatted(a, intoB));
    files.put("domains/shop/transforms/b.sql", "SELECT 1 AS one FROM changes('stage.a')");
    return LakeProject.read(ProjectFiles.of(files), CHANGES_OF_A);
  }

  @Test
  void aStageThatOverwritesItsTableWithChangesIsAMistake() {
    assertThat(
            changesOfA("into: { table: stage.a, mode: merge, key: [id] }", ", mode: overwrite")
                .mistakes())
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.why()).contains("only the last would stay"));
  }

  @Test
  void aStageThatAppendsChangesOfATableWhoseRowsMayGiveWayIsAWarning() {
    for (String a :
        List.of(
            "into: { table: stage.a }",
            "into: { table: stage.a, mode: overwrite }",
            "into: { table: stage.a, mode: merge, key: [id] }")) {
      Reading reading = changesOfA(a, "");

      assertThat(reading).isInstanceOf(Reading.Sound.class);
      assertThat(reading.mistakes())
          .singleElement()
          .satisfies(mistake -> {
            assertThat(mistake.why()).contains("shop.orders.a", "shop.orders.b", "shop.stage.a");
            assertThat(mistake.remedy()).contains("mode merge");
          });
    }
    assertThat(changesOfA("into: { table: stage.a }, versions: keep", "").mistakes()).isEmpty();
    assertThat(changesOfA("into: { table: stage.a }", ", mode: merge, key: [one]").mistakes())
        .isEmpty();
  }

  @Test
  void whatAStageLeavesOutHasItsStandardValue() {
    StageSpec stage =
        onlyStage(
            sound(
                shop("stages: { a: { on: by_hand, sql: clean.sql, into: { table: stage.a } } }")));

    assertThat(stage.on()).isEqualTo(new Trigger.ByHand());
    assertThat(stage.batch()).isEqualTo(Batch.STANDARD);
    assertThat(stage.input()).isEqualTo(Input.STANDARD);
    assertThat(stage.running()).isEqualTo(Running.STANDARD);
    assertThat(stage.into().mode()).isEqualTo(Target.Mode.APPEND);
  }

  @Test
  void aStageTakesKeyAndLayoutFromTheDeclaredTable() {
    Map<String, String> files =
        shop(
            """
            stages:
              a:
                on: { pattern: { source: [x] } }
                sql: clean.sql
                into: { table: stage.a, mode: merge }
            """);
    files.put(
        "domains/shop/datasets/a.yaml",
        """
        tables:
          stage.a:
            columns: { id: BIGINT, day: DATE }
            key: [id]
            partition_by: [month(day)]
        """);

    Target target = onlyStage(sound(files)).into();

    assertThat(target.key()).containsExactly("id");
    assertThat(target.partitionBy()).containsExactly("month(day)");
  }

  @Test
  void grantsToTheSamePrincipalOnTheSameThingAreOne() {
    LakeProject project =
        sound(
            Map.of(
                "lake.yaml",
                "name: x",
                "access/a.yaml",
                "{ groups: [g], grants: [{ to: group:g, allow: [SELECT], on: lake }] }",
                "access/b.yaml",
                "grants: [{ to: group:g, allow: [RUN, SELECT], on: lake }]"));

    assertThat(project.desired().declared())
        .contains(
            new Declared.Grant(
                "allow",
                "group:g",
                "lake",
                new java.util.TreeSet<>(Set.of("RUN", "SELECT")),
                io.hosu.kernel.Json.object()));
  }

  @Test
  void mistakesInSqlAreShownInTheSqlFile() {
    Map<String, String> files =
        shop("stages: { a: { on: by_hand, sql: clean.sql, into: { table: stage.a } } }");
    files.put(SQL, "SELECT a,\n  b FORM input");

    Reading reading =
        LakeProject.read(
            ProjectFiles.of(files), (_, _) -> new Verdict.Wrong(2, 5, "No FROM.", "Write FROM."));

    assertThat(reading.mistakes())
        .singleElement()
        .satisfies(mistake -> assertThat(mistake.place()).hasToString(SQL + ":2:5"));
  }

  @Test
  void whatSqlReadsMustExist() {
    Map<String, String> files =
        shop("stages: { a: { on: by_hand, sql: clean.sql, into: { table: stage.a } } }");
    files.put(SQL, "SELECT *\nFROM stage.b, input");

    Reading reading =
        LakeProject.read(
            ProjectFiles.of(files), (_, _) -> new Verdict.Reads(Set.of("shop.stage.b", "input")));

    assertThat(reading.mistakes().stream().map(mistake -> mistake.place().toString()))
        .containsExactly(SQL + ":2:6", SQL + ":2:15");
  }

  @Test
  void aFileThatCannotBeReadDoesNotMakeOthersWrong() {
    Map<String, String> files =
        shop(
            "stages: { a: { on: { tables: [stage.b] }, sql: clean.sql, into: { table: stage.a } }"
                + " }");
    files.put("domains/shop/pipelines/b.yaml", "stages: {");
    files.put("access/a.yaml", "{ grants: [{ to: group:g, allow: [RUN], on: other }] }");

    assertThat(LakeProject.read(ProjectFiles.of(files)).mistakes())
        .singleElement()
        .satisfies(mistake ->
            assertThat(mistake.place().file()).isEqualTo("domains/shop/pipelines/b.yaml"));
  }

  @Test
  void tenThousandPipelinesAreReadInSeconds() {
    Map<String, String> files = new TreeMap<>();
    files.put("lake.yaml", "name: x");
    files.put(SQL, "SELECT * FROM input");
    for (int i = 0; i < 10_000; i++) {
      files.put(
          "domains/shop/pipelines/p%d.yaml".formatted(i),
          "stages: { a: { on: { objects: raw/shop/%1$d/* }, sql: clean.sql, into: { table: stage.t%1$d } } }"
              .formatted(i));
    }

    assertThat(sound(files).desired().declared()).hasSize(10_000 + 3 + 1);
  }
}
