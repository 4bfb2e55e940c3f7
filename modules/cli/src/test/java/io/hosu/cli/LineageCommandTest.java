package io.hosu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosu lineage asks and shows. */
class LineageCommandTest {
  private static final String EDGES =
      """
      {"items":[
        {"from":"raw/a/*.csv","from_kind":"objects","from_column":"x","to":"a.stage.t",
         "to_kind":"table","to_column":"x","flow":"direct","by":"a.p.t"},
        {"from":"a.stage.u","from_kind":"table","from_column":"k","to":"a.stage.t",
         "to_kind":"table","to_column":"*","flow":"join","by":"a.p.t"}],"next":null}\
      """;

  @TempDir Path folder;
  private FakeServer server;
  private CommandLines lines;

  @BeforeEach
  void begin() throws Exception {
    server = new FakeServer();
    lines = new CommandLines(folder).with(server);
    server.on("GET /v1/lineage", EDGES);
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void edgesAreListedForPeople() {
    var shown = lines.run("lineage", "a.stage.t", "--depth", "3");

    assertThat(server.lastAsked().line())
        .isEqualTo("GET /v1/lineage?table=a.stage.t&depth=3&limit=500");
    assertThat(shown.out())
        .isEqualTo(
            """
            TO           FROM           FLOW    BY
            a.stage.t.x  raw/a/*.csv.x  direct  a.p.t
            a.stage.t.*  a.stage.u.k    join    a.p.t
            """);
  }

  @Test
  void aColumnIsWhatFollowsTheThreeWordsOfATable() {
    lines.run("lineage", "a.stage.t.the.column", "--up", "-o", "json");

    assertThat(server.lastAsked().line())
        .isEqualTo("GET /v1/lineage?table=a.stage.t&column=the.column&way=up&limit=500");
  }

  @Test
  void rowsAreFollowedToTheirObjectsForPeople() {
    server.on(
        "POST /v1/lineage/value",
        """
        {"table":"a.stage.t","column":"x","snapshot":"9","more":true,"rows":[
          {"row":{"id":7,"x":"y"},"value":"y","file":"s3://stage/a/t/data/1.parquet","snapshot":"8",
           "committed_at":"2026-01-01T00:00:00Z","operation":"append","principal":"stage:a.p.t",
           "object":"raw/a/1.csv","objects":[{"name":"raw/a/1.csv","version":"v"}],
           "from":[{"kind":"execution","name":"a.p.t","version":"01m","status":"SUCCEEDED",
             "rows_out":1,"end":"whole","next":[
               {"kind":"object","name":"raw/a/1.csv","version":"v","end":"whole","next":[]}]}]}]}\
        """);

    var shown = lines.run("lineage", "a.stage.t.x", "--where", "id = 7", "--depth", "3");

    assertThat(server.lastAsked().body())
        .isEqualTo("{\"table\":\"a.stage.t\",\"where\":\"id = 7\",\"column\":\"x\",\"depth\":3}");
    assertThat(shown.out())
        .isEqualTo(
            """
            x = "y"
              file      s3://stage/a/t/data/1.parquet
              snapshot  8  2026-01-01T00:00:00Z  append by stage:a.p.t
              object    raw/a/1.csv
              01m  a.p.t  SUCCEEDED  1 rows
                raw/a/1.csv  version v

            There are more rows than are shown: say more in --where.
            """);
    assertThat(lines.run("lineage", "a.stage.t", "--where", "true", "--up").exit()).isNotZero();
  }

  @Test
  void itIsDrawnWhatOnlyDecidesWithADashedLine() {
    assertThat(lines.run("lineage", "a.stage.t", "-o", "mermaid").out())
        .isEqualTo(
            """
            flowchart LR
              n0[/"raw/a/*.csv.x"/]
              n1[("a.stage.t.*")]
              n2[("a.stage.t.x")]
              n3[("a.stage.u.k")]
              n0 --> n2
              n3 -.-> n1
            """);
  }

  @Test
  void bothWaysAreAskedForByLeavingThemOut() {
    var refused = lines.run("lineage", "a.stage.t", "--up", "--down");

    assertThat(refused.exit()).isNotZero();
    assertThat(refused.err()).contains("--up and --down leave nothing out together.");
  }
}
