package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** wait, run, executions show, dlq, apply, tables, access, status. */
class WorkCommandsTest {
  private static final String QUIET =
      "{\"pending\":{\"events\":0,\"messages\":0,\"executions\":0,\"total\":0}}";
  private static final String BUSY =
      "{\"pending\":{\"events\":0,\"messages\":3,\"executions\":1,\"total\":4}}";

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void waitEndsWhenNothingIsPending() {
    server.on("GET /v1/pending", BUSY).on("GET /v1/pending", BUSY).on("GET /v1/pending", QUIET);

    assertThat(lines.run("wait")).isEqualTo(new CommandLines.Result(0, "nothing is pending\n", ""));
    assertThat(server.asked().get(1).line()).isEqualTo("GET /v1/pending?wait=10s");
  }

  @Test
  void waitEndsAtTheTimeoutAndSaysWhatIsStillPending() {
    server.on("GET /v1/pending", BUSY);
    var result = lines.run("wait", "--timeout", "1s");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).isEqualTo("still pending: 3 messages, 1 executions\n");
    assertThat(result.err()).contains("[WORK_PENDING]");
    assertThat(server.lastAsked().line()).contains("wait=100ms");
  }

  @Test
  void aWrongTimeoutIsRefused() {
    assertThat(lines.run("wait", "--timeout", "soon").err()).contains("'soon' is not a duration");
  }

  @Test
  void aStageIsStartedByHandAndFollowedToItsEnd() {
    server.on("POST /v1/stages/a.b.c/run", "{\"id\":\"01x\",\"status\":\"PENDING\"}");
    server.on("GET /v1/executions/01x", "{\"id\":\"01x\",\"status\":\"RUNNING\"}");
    server.on("GET /v1/executions/01x", "{\"id\":\"01x\",\"status\":\"FAILED\"}");

    assertThat(lines.run("run", "a.b.c").out()).isEqualTo("01x  a.b.c  PENDING\n");
    var failed = lines.run("run", "a.b.c", "--wait");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.out()).isEqualTo("01x  a.b.c  FAILED\n");
  }

  @Test
  void aStageIsToldToReadATableFromItsFirstRow() {
    server.on("DELETE /v1/stages/a.b.c/changes/a.stage.t", "{\"changed\":true}");
    server.on("DELETE /v1/stages/a.b.c/changes/a.stage.u", "{\"changed\":false}");

    assertThat(lines.run("stages", "reread", "a.b.c", "a.stage.t").out())
        .isEqualTo("The next execution of a.b.c reads all rows of a.stage.t.\n");
    assertThat(lines.run("stages", "reread", "a.b.c", "a.stage.u").out())
        .isEqualTo("a.b.c has not read changes of a.stage.u: nothing to forget.\n");
  }

  @Test
  void eventsAreReplayedToOneStageOrToWhatIsSaidInFull() {
    server.on("POST /v1/replays", "{\"id\":\"01r\",\"status\":\"RUNNING\"}");
    server.on("GET /v1/replays/01r", "{\"id\":\"01r\",\"status\":\"DONE\",\"events\":3}");
    server.on("DELETE /v1/replays/01r", "{\"id\":\"01r\"}");

    assertThat(lines.run("replay", "a.b.c", "--from", "2h").out()).isEqualTo("01r\n");
    assertThat(lines.run("replays", "show", "01r", "-o", "json").out()).contains("DONE");
    assertThat(lines.run("replays", "cancel", "01r").out()).isEqualTo("cancelled 01r\n");
    assertThat(lines.run("replay", "--from", "2h").err()).contains("--all");
    lines.run("replay", "--all", "--from", "2026-11-26T10:00:00Z");
    assertThat(server.lastAsked().body())
        .isEqualTo("{\"from\":\"2026-11-26T10:00:00.000Z\",\"all\":true,\"dry_run\":false}");
    lines.run("replay", "--domain", "a", "--from", "2026-11-26T10:00:00Z");
    assertThat(server.lastAsked().body()).contains("\"domain\":\"a\"").doesNotContain("stage");
    assertThat(lines.run("replay", "a.b.c", "--all", "--from", "2h").err()).contains("More than");
    assertThat(lines.run("replay", "a.b.c", "--from", "soon").err()).contains("neither");
  }

  @Test
  void aBackfillIsFollowedToItsEndWithABar() {
    lines.screen = new Screen(120, false, false, true, false);
    server.on(
        "POST /v1/backfills", "{\"id\":\"01b\",\"status\":\"RUNNING\",\"objects\":4,\"done\":0}");
    server.on(
        "GET /v1/backfills/01b",
        "{\"id\":\"01b\",\"status\":\"RUNNING\",\"objects\":4,\"done\":1}");
    server.on(
        "GET /v1/backfills/01b",
        "{\"id\":\"01b\",\"status\":\"DONE\",\"objects\":4,\"done\":4,\"dead_letters\":0}");

    CommandLines.Result result =
        lines.run("backfill", "a.b", "--from", "2h", "--stage", "c", "--concurrency", "2");

    assertThat(result.out()).isEqualTo("01b  DONE  4 of 4 objects\n");
    assertThat(result.exit()).isZero();
    assertThat(result.err())
        .contains("[#######.......................]  25%  1 of 4 objects  750ms left");
    assertThat(server.asked().getFirst().body())
        .isEqualTo(
            "{\"of\":\"a.b.c\",\"from\":\"2026-11-25T15:00:00.000Z\",\"concurrency\":2,"
                + "\"dry_run\":false}");
  }

  @Test
  void whatABackfillIsGivenReachesTheServerOrIsRefused() {
    server.on("POST /v1/backfills", "{\"id\":\"01b\",\"status\":\"DONE\"}");

    lines.run("backfill", "a.b", "--from", "2h", "--concurrency", "0");
    assertThat(server.lastAsked().body()).contains("\"concurrency\":0");
    CommandLines.Result empty = lines.run("backfill", "a.b", "--from", "2h", "--stage", "");
    assertThat(empty.err()).contains("--stage is given without a value");
    assertThat(empty.exit()).isEqualTo(2);
    assertThat(lines.run("dlq", "list", "--domain", "").exit()).isEqualTo(2);
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void aBackfillWithDeadLettersFailsAndNamesThem() {
    server.on(
        "POST /v1/backfills",
        "{\"id\":\"01b\",\"status\":\"DONE\",\"objects\":4,\"done\":3,\"dead_letters\":1}");

    CommandLines.Result result = lines.run("backfill", "a.b.c", "--from", "2h");

    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.out()).contains("3 of 4 objects; 1 became dead letters: hosu dlq list");
    assertThat(result.err()).isEmpty();
    assertThat(lines.run("backfill", "a.b.c", "--stage", "d", "--from", "2h").err())
        .contains("a stage already");
  }

  @Test
  void aDryRunOfABackfillListsPartitionsAndMarksRowsThatAreEstimated() {
    server.on(
        "POST /v1/backfills",
        """
        {"stages":[{"stage":"a.b.c","executions":1,"objects":5,"bytes":2048,"rows":null,
          "rows_estimated":false,"partitions":[
           {"partition":"day=1","objects":2,"bytes":1024,"rows":7,"rows_estimated":false},
           {"partition":"day=2","objects":2,"bytes":1020,"rows":1200,"rows_estimated":true},
           {"partition":"day=3","objects":1,"bytes":4,"rows":null,"rows_estimated":false}]}]}\
        """);

    assertThat(lines.run("backfill", "a.b", "--from", "2h", "--dry-run", "-o", "csv").out())
        .isEqualTo(
            """
            stage,partition,objects,bytes,rows,rows_estimated
            a.b.c,day=1,2,1024,7,false
            a.b.c,day=2,2,1020,1200,true
            a.b.c,day=3,1,4,,false
            """);
    assertThat(lines.run("backfill", "a.b", "--from", "2h", "--dry-run").out())
        .contains("1KB      7\n", "1020B  ~1200\n", "    4B\n")
        .contains("a.b.c would process 5 objects, 2KB, in at least 1 executions");
    assertThat(server.lastAsked().body()).contains("\"dry_run\":true");
  }

  @Test
  void backfillsAreListedShownAndCancelled() {
    server.on(
        "GET /v1/backfills",
        "{\"items\":[{\"id\":\"01b\",\"status\":\"RUNNING\",\"of\":\"a.b\",\"objects\":4}]}");
    server.on("GET /v1/backfills/01b", "{\"id\":\"01b\",\"stages\":[{\"stage\":\"a.b.c\"}]}");
    server.on("DELETE /v1/backfills/01b", "{\"id\":\"01b\"}");

    assertThat(lines.run("backfills", "-o", "csv").out()).contains("01b,RUNNING,a.b,,,4");
    assertThat(lines.run("backfills", "show", "01b").out()).contains("a.b.c");
    assertThat(lines.run("backfills", "cancel", "01b").out()).isEqualTo("cancelled 01b\n");
  }

  @Test
  void stagesAreListedWithWhatWaitsForThemAndRemovedOnesAreDropped() {
    server.on(
        "GET /v1/stages",
        """
        {"items":[{"name":"a.b.c","status":"PAUSED","waiting":3,"delayed":1,"in_flight":2,
          "oldest_ms":1250,"running":1,"retrying":4,"hold":{"by":"user:ann","why":"broken"},
          "removed_at":null},
         {"name":"a.b.d","status":"REMOVED","waiting":7,"delayed":0,"in_flight":0,"oldest_ms":null,
          "running":0,"retrying":0,"hold":null,"removed_at":"2026-11-25T17:00:00Z"}]}\
        """);
    server.on("DELETE /v1/stages/a.b.d", "{}");

    assertThat(lines.run("stages", "-o", "csv").out())
        .isEqualTo(
            """
            name,status,waiting,delayed,in_flight,oldest_ms,running,retrying,failing_since,circuit.state,hold.by,hold.why,removed_at
            a.b.c,PAUSED,3,1,2,1250,1,4,,,user:ann,broken,
            a.b.d,REMOVED,7,0,0,,0,0,,,,,2026-11-25T17:00:00Z
            """);
    assertThat(lines.run("stages").out()).contains("FAILING SINCE", "CIRCUIT", "BY", "WHY");
    assertThat(lines.run("stages").out()).doesNotContain("STATE ");
    assertThat(lines.run("stages", "drop", "a.b.d").out()).isEqualTo("dropped a.b.d\n");
  }

  @Test
  void theSetsOfAStageAreListedWithWhatIsMissing() {
    server.on(
        "GET /v1/stages/a.b.c/sets",
        """
        {"items":[{"key":"day=1","status":"WAITING","there":["raw/a/1/x"],
          "missing":["raw/a/1/y","raw/a/1/z"],"since":"2026-11-25T17:00:00Z",
          "times_out_at":"2026-11-25T19:00:00Z"}]}\
        """);

    assertThat(lines.run("stages", "sets", "a.b.c", "-o", "csv").out())
        .isEqualTo(
            """
            key,status,there,missing,since,times_out_at
            day=1,WAITING,raw/a/1/x,"raw/a/1/y, raw/a/1/z",2026-11-25T17:00:00Z,2026-11-25T19:00:00Z
            """);
    assertThat(lines.run("stages", "sets").exit()).isEqualTo(2);
  }

  @Test
  void stagesAreHeldBackByNamePipelineOrDomainAndTheAnswerSaysWhatChanged() {
    server.on(
        "POST /v1/stages/a/pause",
        """
        {"items":[{"name":"a.b.c","status":"PAUSED","changed":true},
         {"name":"a.b.d","status":"PAUSED","changed":false}]}\
        """);
    server.on("POST /v1/stages/x.y/pause", "{\"items\":[]}");
    server.on(
        "POST /v1/stages/a.b.c/drain",
        "{\"items\":[{\"name\":\"a.b.c\",\"status\":\"DRAINING\",\"changed\":true}]}");
    server.on(
        "POST /v1/stages/a.b/resume",
        "{\"items\":[{\"name\":\"a.b.c\",\"status\":\"ENABLED\",\"changed\":true}]}");

    assertThat(lines.run("stages", "pause", "x.y", "a", "--why", "the source is broken").out())
        .isEqualTo(
            """
            NAME   STATUS  CHANGED
            a.b.c  PAUSED  true
            a.b.d  PAUSED  false
            """);
    assertThat(server.lastAsked().body()).isEqualTo("{\"why\":\"the source is broken\"}");
    assertThat(lines.run("stages", "drain", "a.b.c", "-o", "csv").out())
        .isEqualTo("name,status,changed\na.b.c,DRAINING,true\n");
    assertThat(server.lastAsked().body()).isEqualTo("{}");
    assertThat(Json.parse(lines.run("stages", "resume", "a.b", "-o", "json").out())).hasSize(1);
    assertThat(lines.run("stages", "pause").exit()).isEqualTo(2);
  }

  @Test
  void aStageIsShownWithAllThatIsKnownOfIt() {
    server.on(
        "GET /v1/stages/a.b.c",
        """
        {"name":"a.b.c","status":"PAUSED","oldest_ms":1250,"hold":{"by":"user:ann"},
         "declared":{"concurrency":2}}\
        """);

    assertThat(lines.run("stages", "show", "a.b.c").out())
        .contains("oldest_ms            1.25s", "hold.by", "user:ann", "declared.concurrency 2");
  }

  @Test
  void whoMayDoSomethingIsListedWithTheGrantByWhichTheyMay() {
    server.on(
        "GET /v1/access/who",
        """
        {"items":[{"principal":"user:eva","decision":"masked","grant":{"id":"01x",
          "principal":"group:shop","on":"shop"}}],"next":null}\
        """);
    server.on("GET /v1/access/of/eva", "{\"items\":[],\"next\":null}");

    assertThat(lines.run("access", "who", "shop.stage.orders.name", "--permission", "select").out())
        .contains("user:eva   masked", "group:shop");
    assertThat(server.lastAsked().line())
        .contains("on=shop.stage.orders.name")
        .contains("permission=SELECT");
    assertThat(lines.run("access", "of", "eva").out()).contains("Nothing.");
    assertThat(lines.run("access").exit()).isEqualTo(2);
  }

  @Test
  void grantsAreListedWithWhatNarrowsThem() {
    server.on(
        "GET /v1/grants",
        """
        {"items":[{"id":"01x","principal":"user:eva","permissions":["SELECT"],"on":"shop",
          "effect":"allow","columns":{"except":["ssn"]},"rows":"a > 1",
          "masks":{"name":{"mask":"hash","when":"vip"},"mail":"email"},
          "where":"resource.pii = low","until":"2027-01-01T00:00:00Z","source":"cli"},
         {"id":"02x","principal":"user:eva","permissions":["SELECT"],"on":"shop",
          "effect":"deny","columns":["a","b"],"source":"cli"}],"next":null}\
        """);

    assertThat(lines.run("grants", "list").out())
        .contains(
            "LIMITS",
            "columns except ssn; rows a > 1; masks name hash when vip, mail email;"
                + " where resource.pii = low; until 2027-01-01T00:00:00Z",
            "columns a, b");
    assertThat(lines.run("grants", "list", "-o", "csv").out()).contains("limits", "rows a > 1");
  }

  @Test
  void groupsAreMadeChangedAndShown() {
    server.on("POST /v1/groups", "{\"name\":\"ops\",\"source\":\"cli\"}");
    server.on("PUT /v1/groups/ops", "{\"name\":\"ops\",\"members\":[{\"name\":\"eva\"}]}");

    assertThat(lines.run("groups", "create", "ops", "--member", "eva").out()).contains("ops");
    assertThat(server.lastAsked().body()).contains("\"members\":[\"eva\"]");
    assertThat(lines.run("groups", "change", "ops", "--add", "eva", "--remove", "max").out())
        .contains("eva");
    assertThat(server.lastAsked().body()).contains("\"add\":[\"eva\"]", "\"remove\":[\"max\"]");
  }

  @Test
  void anExecutionIsShownWithItsParts() {
    server.on(
        "GET /v1/executions/01x",
        """
        {"id":"01x","status":"FAILED","duration_ms":35,"cause":"line 122",
         "attempts":[{"attempt":1,"outcome":"failed","duration_ms":35,
           "steps":[{"step":"read","ms":5},{"step":"write","ms":1200}],
           "log":["12:00 reads raw/a/1.csv as CSV","12:01 failed with BAD_RECORD"]}],
         "outputs":[{"table":"a.b.c","paths":[]},{"table":"a.b.d","paths":["s3://b/d.parquet"]}],
         "a_name_longer_than_most":"x",
         "inputs":[{"kind":"object","name":"raw/a/1.csv","bytes":2048}],"children":[]}\
        """);
    var result = lines.run("executions", "show", "01x");

    assertThat(result.out().lines().findFirst()).hasValue("id                      01x");
    assertThat(result.out())
        .contains("a_name_longer_than_most x", "read 5ms, write 1.20s")
        .contains("cause                   line 122", "attempts\nATTEMPT", "raw/a/1.csv", "2KB")
        .contains(
            "\n\nlog of attempts\n12:00 reads raw/a/1.csv as CSV\n12:01 failed with BAD_RECORD\n")
        .contains("\n\npaths of outputs 2\ns3://b/d.parquet\n")
        .doesNotContain("LOG", "PATHS");
    assertThat(Json.parse(lines.run("executions", "show", "01x", "-o", "json").out()).path("id"))
        .hasToString("\"01x\"");
  }

  @Test
  void deadLettersAreRedrivenByIdByConditionOrAll() {
    server.on("POST /v1/dead-letters/redrive", "{\"redriven\":1,\"left\":0}");

    assertThat(lines.run("dlq", "redrive", "01a", "01b").out())
        .isEqualTo("redriven 1 dead letter\n");
    assertThat(server.lastAsked().body()).isEqualTo("{\"ids\":[\"01a\",\"01b\"]}");
    lines.run("redrive", "--all");
    assertThat(server.lastAsked().body()).isEqualTo("{\"all\":true}");
    lines.run("redrive", "--where", "stage=a.b.c", "--where", "code=X");
    assertThat(server.lastAsked().body())
        .isEqualTo("{\"where\":{\"code\":\"X\",\"stage\":\"a.b.c\"}}");
    lines.run(
        "redrive", "--where", "stage=a.b.c", "--where", "domain=d", "--where", "pipeline=d.p");
    assertThat(server.lastAsked().body())
        .isEqualTo("{\"where\":{\"domain\":\"d\",\"pipeline\":\"d.p\",\"stage\":\"a.b.c\"}}");
  }

  @Test
  void anExecutionSaysWhereItsOtherEventsAreAndThatItHasMoved() {
    server.on(
        "GET /v1/executions/01e", "{\"id\":\"01e\",\"messages\":3,\"events\":[\"01a\",\"01b\"]}");
    server.on("GET /v1/executions/01f", "{\"id\":\"01f\",\"messages\":1,\"events\":[\"01a\"]}");
    server.on("GET /v1/executions/01g", "{\"id\":\"01g\",\"archived\":true}");
    server.on(
        "GET /v1/executions/01e/events",
        """
        {"items":[{"id":"01a","time":"2026-11-26T10:00:00Z","detail-type":"Object Created",
          "account":"shop","resources":["raw/shop/1.csv"]},{"id":"01c"}]}\
        """);

    assertThat(lines.run("executions", "show", "01e").err())
        .contains("first 2 of 3", "hosu executions events 01e");
    assertThat(lines.run("executions", "show", "01f").err()).isEmpty();
    assertThat(lines.run("executions", "show", "01g").err())
        .contains("archive", "FROM system.executions WHERE id = '01g'");
    assertThat(lines.run("executions", "events", "01e", "-o", "csv").out())
        .isEqualTo(
            """
            time,detail-type,account,resources,id
            2026-11-26T10:00:00Z,Object Created,shop,raw/shop/1.csv,01a
            ,,,,01c
            """);
  }

  @Test
  void aRedriveSaidTwiceSaysWhatBecameOfTheFirst() {
    String row =
        "{\"id\":\"%s\",\"queue\":\"a.b.c\",\"redriven_at\":\"2026-11-26T10:00:00Z\","
            + "\"redriven_by\":\"ann\",\"status\":\"%s\",\"execution\":\"01e\"}";
    server.on(
        "POST /v1/dead-letters/redrive",
        "{\"redriven\":1,\"already\":[%s,%s]}"
            .formatted(row.formatted("01a", "WAITING"), row.formatted("01b", "RECEIVED")));
    server.on(
        "POST /v1/dead-letters/redrive",
        "{\"redriven\":0,\"already\":[%s]}".formatted(row.formatted("01a", "DONE")));

    assertThat(lines.run("redrive", "01a", "01b", "01c").out())
        .isEqualTo(
            """
            redriven 1 dead letter
            01a was redriven already, at 2026-11-26T10:00:00Z by ann; it waits in a.b.c
            01b was redriven already, at 2026-11-26T10:00:00Z by ann; execution 01e of a.b.c works on it
            """);

    CommandLines.Result again = lines.run("dlq", "redrive", "01a");
    assertThat(again.exit()).isZero();
    assertThat(again.out())
        .isEqualTo(
            "01a was redriven already, at 2026-11-26T10:00:00Z by ann; a.b.c is done with it\n");
  }

  @Test
  void aRedriveSaysOfADeadLetterThatItWasDropped() {
    server.on(
        "POST /v1/dead-letters/redrive", "{\"redriven\":0,\"already\":[],\"gone\":[\"01a\"]}");

    assertThat(lines.run("redrive", "01a").out())
        .isEqualTo("01a is no dead letter any more: it was dropped\n");
  }

  @Test
  void aRedriveOfManySaysHowManyStayAndWhy() {
    server.on("POST /v1/dead-letters/redrive", "{\"redriven\":3,\"left\":2,\"denied\":1}");

    CommandLines.Result result = lines.run("redrive", "--all");
    assertThat(result.out()).isEqualTo("redriven 3 dead letters\n");
    assertThat(result.err())
        .contains("2 stay: their stages are gone", "1 stay: they are of pipelines");
  }

  @Test
  void aRedriveMustSayWhich() {
    assertThat(lines.run("redrive").exit()).isEqualTo(2);
    assertThat(lines.run("redrive", "--all", "01a").exit()).isEqualTo(2);
    assertThat(lines.run("redrive", "--where", "stge=x").err()).contains("did you mean 'stage'");
    assertThat(lines.run("redrive", "--where", "stage=").err()).contains("has no value");
    assertThat(lines.run("redrive", "--where", "code=A", "--where", "code=B").err())
        .contains("'code' is given as A and as B");
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void aDryRunOfARedriveListsAndSendsNothing() {
    server.on(
        "GET /v1/dead-letters", ListTest.page("{\"id\":\"01a\",\"queue\":\"a.b.c\"}", "null"));

    assertThat(lines.run("redrive", "--all", "--dry-run").out()).contains("01a");
    assertThat(server.asked()).allMatch(asked -> asked.line().startsWith("GET"));
  }

  @Test
  void recordsInQuarantineAreRedrivenByConditionAndCorrected() {
    server.on(
        "POST /v1/redrives",
        "{\"stage\":\"a.b.c\",\"records\":2,\"parts\":[],\"samples\":[],"
            + "\"execution\":{\"id\":\"01x\",\"status\":\"PENDING\"}}");
    server.on(
        "GET /v1/executions/01x",
        "{\"id\":\"01x\",\"status\":\"SUCCEEDED\",\"rows_out\":1,\"rows_rejected\":1}");

    assertThat(
            lines
                .run(
                    "redrive",
                    "a.stage.t_quarantine",
                    "--where",
                    "line > 3",
                    "--where",
                    "reason LIKE '%x%'",
                    "--set",
                    "text = trim(text)",
                    "--wait")
                .out())
        .isEqualTo(
            """
            01x  a.b.c  works on 2 records
            01x  SUCCEEDED  1 rows published, 1 records back in quarantine
            """);
    assertThat(server.asked().getFirst().body())
        .isEqualTo(
            "{\"table\":\"a.stage.t_quarantine\",\"where\":\"(line > 3) AND (reason LIKE"
                + " '%x%')\",\"set\":[\"text = trim(text)\"],\"dry_run\":false}");
  }

  @Test
  void aDryRunOfRecordsCountsThemAndNoneStartsNothing() {
    server.on(
        "POST /v1/redrives",
        "{\"stage\":\"a.b.c\",\"records\":1,\"execution\":null,\"parts\":[{\"object\":\"raw/a/1.csv\","
            + "\"records\":1}],\"samples\":[{\"object\":\"raw/a/1.csv\",\"line\":3,\"text\":\"x;y\"}]}");
    server.on(
        "POST /v1/redrives",
        "{\"stage\":\"a.b.c\",\"records\":0,\"execution\":null,\"parts\":[],\"samples\":[]}");
    assertThat(lines.run("redrive", "a.stage.t_quarantine", "--dry-run").out())
        .contains("raw/a/1.csv", "x;y", "a.b.c would work on 1 record");
    assertThat(lines.run("redrive", "a.stage.t_quarantine", "--where", "line = 9").out())
        .isEqualTo("No record in the table is chosen.\n");
    assertThat(lines.run("redrive", "a.stage.t_quarantine", "01a").exit()).isEqualTo(2);
    assertThat(lines.run("redrive", "01a", "--set", "text = ''").exit()).isEqualTo(2);
  }

  @Test
  void executionsAreCancelledAndTheAnswerSaysWhatBecameOfTheirMessages() {
    server.on(
        "POST /v1/executions/01x/cancel",
        "{\"id\":\"01xyz\",\"status\":\"CANCELLED\",\"note\":\"Cancelled by user:ann.\"}");

    assertThat(lines.run("executions", "cancel", "01x").out())
        .isEqualTo("01xyz  CANCELLED  Cancelled by user:ann.\n");
    assertThat(server.lastAsked().line()).endsWith("/cancel?return=false");
    assertThat(lines.run("executions", "cancel", "01x", "--return", "-o", "csv").out())
        .isEqualTo("id,status,note\n01xyz,CANCELLED,Cancelled by user:ann.\n");
    assertThat(server.lastAsked().line()).endsWith("/cancel?return=true");
    assertThat(lines.run("executions", "cancel").exit()).isEqualTo(2);
  }

  @Test
  void deadLettersAreListedByWhatTheyAreAbout() {
    server.on("GET /v1/dead-letters", ListTest.page("{\"id\":\"01a\"}", "null"));

    lines.run("dlq", "list", "--pipeline", "a.b", "--code", "X", "--until", "1h", "--text", "bird");

    assertThat(server.lastAsked().line())
        .contains("pipeline=a.b", "code=X", "until=1h", "text=bird");
    lines.run("redrive", "--where", "text=bird", "--where", "until=1h", "--dry-run");
    assertThat(server.lastAsked().line()).contains("until=1h", "text=bird");
  }

  @Test
  void theEventOfADeadLetterIsCorrected() throws Exception {
    server.on("PUT /v1/dead-letters/01a/event", "{\"id\":\"01abc\"}");
    Files.writeString(folder.resolve("event.json"), "{\"detail\":{\"n\":7}}");

    assertThat(lines.run("dlq", "edit", "01a", "--detail", "{\"n\":7}").out())
        .isEqualTo("edited 01abc; now: hosu dlq redrive 01a\n");
    assertThat(server.lastAsked().body()).isEqualTo("{\"detail\":{\"n\":7}}");
    lines.run("dlq", "edit", "01a", "--event", "event.json");
    assertThat(server.lastAsked().body()).isEqualTo("{\"event\":{\"detail\":{\"n\":7}}}");
  }

  @Test
  void anEditorOpensTheEventOfADeadLetter() {
    server.on("GET /v1/dead-letters/01a", "{\"id\":\"01a\",\"event\":{\"detail\":{\"n\":6}}}");
    server.on("PUT /v1/dead-letters/01a/event", "{\"id\":\"01abc\"}");

    assertThat(lines.run("dlq", "edit", "01a").err()).contains("No editor is chosen");
    lines.environment.put("EDITOR", "true");
    assertThat(lines.run("dlq", "edit", "01a").err()).isEqualTo("Nothing was changed.\n");
    lines.environment.put("EDITOR", "false");
    assertThat(lines.run("dlq", "edit", "01a").err()).contains("it ended with 1");
    lines.environment.put("VISUAL", "sed -i s/6/7/");
    assertThat(lines.run("dlq", "edit", "01a").out()).startsWith("edited 01abc");
    assertThat(server.lastAsked().body()).isEqualTo("{\"event\":{\"detail\":{\"n\":7}}}");
    assertThat(lines.run("dlq", "edit", "01a", "--event", "{}", "--detail", "{}").exit())
        .isEqualTo(2);
  }

  @Test
  void deadLettersAreShownAndDropped() {
    server.on(
        "GET /v1/dead-letters/01a", "{\"id\":\"01a\",\"cause\":{\"code\":\"X\",\"line\":122}}");
    server.on("DELETE /v1/dead-letters/01a", 204, "text/plain", "");

    assertThat(lines.run("dlq", "show", "01a").out()).contains("cause.line     122");
    assertThat(lines.run("dlq", "drop", "01a").out()).isEqualTo("dropped 01a\n");
  }

  @Test
  void applySendsTheProjectsFilesAndTellsTheChanges() throws Exception {
    Files.writeString(folder.resolve("lake.yaml"), "name: x\n");
    Files.createDirectories(folder.resolve("domains/a"));
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("domains/a/domain.yaml"), "owner: me\n");
    Files.writeString(folder.resolve("data/big.csv"), "1\n");
    server.on(
        "POST /v1/apply",
        "{\"changes\":[{\"verb\":\"create\",\"kind\":\"layer\",\"name\":\"raw\"}]}");
    server.on("POST /v1/apply", "{\"changes\":[]}");

    assertThat(lines.run("apply").out()).isEqualTo("made 1 change\n  + layer raw\n");
    var sent = Json.parse(server.lastAsked().body());
    assertThat(sent.path("files").properties())
        .extracting(java.util.Map.Entry::getKey)
        .containsExactlyInAnyOrder("lake.yaml", "domains/a/domain.yaml");
    assertThat(lines.run("apply", "--dry-run").out())
        .isEqualTo("Nothing changed: the lake is as the project says.\n");
    assertThat(Json.parse(server.lastAsked().body()).path("dry_run").asBoolean()).isTrue();
  }

  @Test
  void aRefusedProjectIsToldWithItsMistakes() throws Exception {
    Files.writeString(folder.resolve("lake.yaml"), "nme: x\n");
    server.on(
        "POST /v1/apply",
        400,
        "application/problem+json",
        """
        {"status":400,"code":"PROJECT_INVALID","detail":"The lake project has a mistake.",
         "remedy":"Correct them.","mistakes":[{"severity":"error","file":"lake.yaml","line":1,
         "column":1,"text":"nme","excerpt":"nme: x","why":"No such key.","remedy":"Say name."}]}\
        """);

    assertThat(lines.run("apply").err())
        .startsWith("hosu: The lake project has a mistake.\n      lake.yaml:1:1: No such key.\n")
        .contains("[PROJECT_INVALID]");
  }

  @Test
  void applyOutsideAProjectSaysWhereOneIsMade() {
    assertThat(lines.run("apply").err()).contains("lake.yaml").contains("hosu init");
  }

  @Test
  void tablesAreListedAndDescribed() {
    server.on("GET /v1/tables", ListTest.page("{\"name\":\"a.stage.t\",\"rows\":3}", "null"));
    server.on(
        "GET /v1/tables/a.stage.t",
        "{\"name\":\"a.stage.t\",\"rows\":3,\"columns\":[{\"name\":\"id\",\"type\":\"BIGINT\"}]}");
    server.on("GET /v1/tables/a.stage.t/history", ListTest.page("{\"id\":1}", "null"));

    assertThat(lines.run("tables").out()).contains("a.stage.t");
    assertThat(lines.run("tables", "describe", "a.stage.t").out()).contains("id", "BIGINT");
    assertThat(lines.run("tables", "history", "a.stage.t", "-o", "json").exit()).isZero();
  }

  @Test
  void aTokenIsPrintedAlone() {
    server.on("POST /v1/principals/alice/tokens", "{\"id\":\"1\",\"token\":\"hosu_abc\"}");

    assertThat(lines.run("token", "create", "alice", "--ttl", "1h").out()).isEqualTo("hosu_abc\n");
    assertThat(server.lastAsked().body()).isEqualTo("{\"ttl\":\"1h\"}");
  }

  @Test
  void aKeyIsPrintedAsVariables() {
    server.on(
        "POST /v1/principals/alice/keys", "{\"access_key_id\":\"A\",\"secret_access_key\":\"S\"}");

    assertThat(lines.run("key", "create", "alice").out())
        .isEqualTo("AWS_ACCESS_KEY_ID=A\nAWS_SECRET_ACCESS_KEY=S\n");
    assertThat(Json.parse(lines.run("key", "create", "alice", "-o", "json").out())).hasSize(2);
  }

  @Test
  void grantsAreGivenShownAndTakenBack() {
    server.on("POST /v1/grants", "{\"id\":\"01g\"}");
    server.on(
        "GET /v1/grants", ListTest.page("{\"id\":\"01g\",\"permissions\":[\"SELECT\"]}", "null"));
    server.on("DELETE /v1/grants/01g", 204, "text/plain", "");

    assertThat(lines.run("grant", "alice", "select", "a.stage").exit()).isZero();
    assertThat(server.lastAsked().body())
        .isEqualTo("{\"principal\":\"alice\",\"on\":\"a.stage\",\"permissions\":[\"SELECT\"]}");
    assertThat(lines.run("grants").out()).contains("SELECT");
    assertThat(lines.run("grants", "revoke", "01g").exit()).isZero();
  }

  @Test
  void whatDeniesIsSaidToDeny() {
    server.on("POST /v1/grants", "{\"id\":\"01g\"}");
    server.on(
        "GET /v1/grants",
        ListTest.page("{\"id\":\"01g\",\"effect\":\"deny\",\"permissions\":[\"SELECT\"]}", "null"));

    assertThat(lines.run("grant", "alice", "SELECT", "a.stage", "--deny").out())
        .startsWith("denied SELECT on a.stage to alice");
    assertThat(lines.run("grants").out()).contains("EFFECT", "deny");
  }

  @Test
  void canAnswersWithItsExitCode() {
    server.on("GET /v1/decisions", "{\"decision\":\"allowed\"}");
    server.on("GET /v1/decisions", "{\"decision\":\"denied\",\"reason\":\"no grant\"}");

    assertThat(lines.run("can", "alice", "SELECT", "a.stage.t").exit()).isZero();
    var denied = lines.run("can", "alice", "SELECT", "a.stage.t");
    assertThat(denied.exit()).isEqualTo(1);
    assertThat(denied.out()).startsWith("denied\n").contains("no grant");

    server.on(
        "GET /v1/decisions?principal=bob&permission=SELECT&on=a.stage.t",
        "{\"decision\":\"allowed\",\"remedy\":\"Ask.\\nOr do.\",\"grant\":{\"id\":\"01g\"}}");
    assertThat(lines.run("can", "bob", "SELECT", "a.stage.t").out())
        .isEqualTo("allowed\nremedy         Ask.\n               Or do.\ngrant.id       01g\n");
  }

  @Test
  void statusBeginsWithTheAnswer() {
    server.on("GET /v1/status", "{\"version\":\"0.1.0\",\"lake\":\"aviation\"}");
    server.on("GET /v1/pending", BUSY);
    var result = lines.run("status");

    assertThat(result.out()).startsWith("ok  " + server.url()).contains("3 messages");
    assertThat(Json.parse(lines.run("status", "-o", "json").out()).path("lake").asText())
        .isEqualTo("aviation");
  }

  @Test
  void aTraceSaysInItsFirstLineWhereDataWent() {
    server.on(
        "GET /v1/trace",
        """
        {"kind":"object","name":"raw/a/1.csv","version":"","cut":true,"from_objects":[],
         "from_tables":[],"into_tables":["a.stage.t","a.stage.u"],"from":[],
         "into":[{"kind":"object","name":"raw/a/1.csv","version":"01v","end":"whole","next":[
          {"kind":"execution","name":"a.p.t","version":"01x","status":"SUCCEEDED","rows_out":3,
           "end":"cut","next":[{"kind":"table","name":"a.stage.t","version":"7","end":"whole",
           "next":[]}]}]}]}\
        """);

    var traced = lines.run("trace", "raw/a/1.csv", "--depth", "1");

    assertThat(server.lastAsked().line()).isEqualTo("GET /v1/trace?object=raw%2Fa%2F1.csv&depth=1");
    assertThat(traced.out())
        .isEqualTo(
            """
            raw/a/1.csv went into 2 tables (a.stage.t, a.stage.u)

            into
              raw/a/1.csv  version 01v
                01x  a.p.t  SUCCEEDED  3 rows
                  a.stage.t  snapshot 7
                  ...

            There is more than is shown, at ...: trace from there, or see --depth.
            """);
  }

  @Test
  void aTraceSaysThatThereAreTablesThatMayNotBeSeen() {
    String hidden =
        """
        {"kind":"object","name":"raw/a/1.csv","version":"","cut":false,"hides_tables":true,
         "from_objects":[],"from_tables":[],"into_tables":[%s],"from":[],"into":[]}\
        """;
    server
        .on("GET /v1/trace", hidden.formatted(""))
        .on("GET /v1/trace", hidden.formatted("\"a.stage.t\""));
    assertThat(lines.run("trace", "raw/a/1.csv").out())
        .isEqualTo("raw/a/1.csv went into tables that you may not see\n");
    assertThat(lines.run("trace", "raw/a/1.csv").out())
        .isEqualTo("raw/a/1.csv went into 1 table (a.stage.t), and some you may not see\n");
  }

  @Test
  void aRetryNamesTheNewExecutionAndTheOneItIsFor() {
    server.on(
        "POST /v1/executions/01x/retry",
        """
        {"id":"01y","domain":"a","pipeline":"b","stage":"c","status":"PENDING","parent":"01x"}\
        """);

    assertThat(lines.run("retry", "01x").out()).isEqualTo("01y  a.b.c  PENDING  retries 01x\n");
  }

  @Test
  void aRollbackSaysWhatItTookBackAndADryRunWhatItWould() {
    server.on(
        "POST /v1/executions/01x/rollback",
        """
        {"execution":{"id":"01r"},"rolled_back":[{"id":"01y","domain":"a","pipeline":"q",
          "stage":"sum","rows_out":1,"ended_at":"2026-11-26T00:00:01Z"},{"id":"01x","domain":"a",
          "pipeline":"p","stage":"rows","rows_out":2,"ended_at":"2026-11-26T00:00:00Z"}],
         "tables":[{"table":"a.stage.rows","from_snapshot":"8","to_snapshot":"7"}]}\
        """);

    var done = lines.run("rollback", "01x", "--cascade");

    assertThat(server.lastAsked().body()).isEqualTo("{\"cascade\":true,\"dry_run\":false}");
    assertThat(done.out()).startsWith("took back 2 executions, 1 table: 01r\n");
    assertThat(done.out()).contains("a.stage.rows  8").contains("01y");
    server.on(
        "POST /v1/executions/01z/rollback",
        "{\"execution\":null,\"rolled_back\":[],\"tables\":[]}");
    assertThat(lines.run("rollback", "01z", "--dry-run").out())
        .startsWith("would take back 0 executions, 0 tables\n");
  }
}
