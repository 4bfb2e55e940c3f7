package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.FlowGraph.Edge;
import io.hosu.delivery.FlowGraph.Kind;
import io.hosu.delivery.FlowGraph.Node;
import io.hosu.delivery.FlowGraph.Relation;
import io.hosu.delivery.LakeProject.Reading;
import io.hosu.delivery.SqlCheck.Verdict;
import java.io.StringReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class FlowGraphTest {
  private static final Map<String, String> FILES =
      Map.of(
          "lake.yaml",
          "name: shop",
          "domains/shop/pipelines/orders.yaml",
          """
          stages:
            clean: { on: { objects: "raw/shop/<orders>&/*.csv" }, sql: clean.sql, into: { table: stage.orders } }
            sum:
              on: { tables: [stage.orders] }
              sql: sum.sql
              into: { table: analytics.sums, mode: overwrite }
            hourly:
              on: { pattern: { source: [com.example] }, schedule: rate(1 hour) }
              sql: clean.sql
              into: { table: stage.events }
            hand: { on: by_hand, sql: sum.sql, into: { table: stage.hand } }
          """,
          "domains/shop/transforms/clean.sql",
          "SELECT * FROM input",
          "domains/shop/transforms/sum.sql",
          "SELECT 1 FROM stage.orders, stage.events");

  private static final SqlCheck SQL =
      (_, text) ->
          text.contains("input")
              ? new Verdict.Reads(Set.of("input"))
              : new Verdict.Reads(Set.of("shop.stage.orders", "shop.stage.events"));

  private static FlowGraph graph() {
    Reading reading = LakeProject.read(ProjectFiles.of(FILES), SQL);
    assertThat(reading.mistakes()).isEmpty();
    return FlowGraph.of(((Reading.Sound) reading).project(), _ -> true);
  }

  private static Node node(Kind kind, String label) {
    return graph().nodes().stream()
        .filter(node -> node.kind() == kind && node.label().contains(label))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatStartsAStageWhatItReadsAndWhatItWritesAreEdges() {
    Node sum = node(Kind.STAGE, "shop.orders.sum");

    assertThat(graph().into(sum))
        .containsExactlyInAnyOrder(
            new Edge(node(Kind.TABLE, "stage.orders"), sum, Relation.STARTS),
            new Edge(node(Kind.TABLE, "stage.events"), sum, Relation.READS));
    assertThat(graph().outOf(sum))
        .containsExactly(new Edge(sum, node(Kind.TABLE, "analytics.sums"), Relation.WRITES));
    assertThat(graph().into(node(Kind.STAGE, "shop.orders.hourly")))
        .extracting(edge -> edge.from().kind())
        .containsExactly(Kind.EVENTS, Kind.SCHEDULE);
  }

  @Test
  void itReadsInWordsStageByStage() {
    assertThat(GraphText.words(graph()))
        .contains(
            """
            shop.orders.sum
              starts on table shop.stage.orders
              reads     table shop.stage.events
              writes    table shop.analytics.sums
            """)
        .contains("shop.orders.hand\n  starts by hand\n");
  }

  @Test
  void eachNodeAndEdgeIsDrawnOnceInEveryLanguage() {
    int nodes = graph().nodes().size();
    int edges = graph().edges().size();

    assertThat(GraphText.dot(graph()).lines().filter(line -> line.contains("shape=")))
        .hasSize(nodes);
    assertThat(GraphText.dot(graph()).lines().filter(line -> line.contains("->"))).hasSize(edges);
    assertThat(GraphText.dot(graph())).contains("{\\\"source\\\"");
    assertThat(GraphText.mermaid(graph()).lines().count()).isEqualTo(1 + nodes + edges);
    assertThat(GraphText.mermaid(graph())).contains("&quot;source&quot;");
  }

  @Test
  void thePictureIsWellFormedAndNamesEveryNode() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(GraphDrawing.svg(graph()))));

    assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(graph().nodes().size());
    assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(graph().edges().size());
    List<String> titles =
        java.util.stream.IntStream.range(0, svg.getElementsByTagName("title").getLength())
            .mapToObj(i -> svg.getElementsByTagName("title").item(i).getTextContent())
            .toList();
    assertThat(titles).contains("raw/shop/<orders>&/*.csv", "shop.orders.sum");
  }

  @Test
  void stagesThatStartEachOtherWithoutEndAreDrawnWithTheCycleMarked() {
    Map<String, String> files =
        Map.of(
            "lake.yaml",
            "name: shop",
            "domains/shop/pipelines/p.yaml",
            """
            stages:
              a: { on: { tables: [stage.b] }, sql: q.sql, into: { table: stage.a } }
              b: { on: { tables: [stage.a] }, sql: q.sql, into: { table: stage.b } }
              c: { on: { tables: [stage.b] }, sql: q.sql, into: { table: stage.c } }
              d: { on: { objects: "raw/shop/**" }, sql: q.sql, into: { table: stage.d } }
              e: { on: { objects: raw/shop/e/*.csv }, sql: q.sql, into: { table: stage.e } }
            """,
            "domains/shop/transforms/q.sql",
            "SELECT 1");

    Reading.Mistaken reading =
        (Reading.Mistaken)
            LakeProject.read(
                ProjectFiles.of(files), (_, _) -> new Verdict.Reads(Set.of("shop.stage.b")));

    assertThat(reading.mistakes())
        .extracting(Mistake::toString)
        .anySatisfy(text -> assertThat(text).contains("start each other without end"))
        .anySatisfy(text -> assertThat(text).contains("Some objects start this stage and"));
    FlowGraph drawn = FlowGraph.of(reading.drawable().orElseThrow(), _ -> true);
    assertThat(GraphText.words(drawn))
        .contains("starts shop.p.b  (a cycle)", "starts shop.p.a  (a cycle)")
        .contains("starts shop.p.c\n");
    assertThat(GraphText.dot(drawn).lines().filter(line -> line.contains("label=cycle")))
        .hasSize(4);
    assertThat(GraphText.mermaid(drawn).lines().filter(line -> line.contains("|cycle|")))
        .hasSize(4);
    assertThat(GraphDrawing.svg(drawn).split("starts cycle", -1)).hasSize(3);
    assertThat(drawn.toJson().path("edges").valueStream().filter(edge -> edge.has("cycle")))
        .hasSize(4);
  }

  @Test
  void aProjectWithAnotherMistakeIsNotDrawn() {
    Reading reading = LakeProject.read(ProjectFiles.of(Map.of("lake.yaml", "nam: shop")));

    assertThat(((Reading.Mistaken) reading).drawable()).isEmpty();
  }

  @Test
  void aTableThatNobodyWritesAndObjectsThatStartTwoStagesByChanceAreWarnings() {
    Map<String, String> files =
        Map.of(
            "lake.yaml",
            "name: shop",
            "domains/shop/datasets/d.yaml",
            "tables: { stage.given: { columns: { id: BIGINT } } }",
            "domains/shop/pipelines/p.yaml",
            """
            stages:
              a: { on: { objects: raw/shop/a/** }, sql: x.sql, into: { table: stage.a } }
              b: { on: { objects: raw/shop/a/b/*.csv }, sql: x.sql, into: { table: stage.b } }
              c: { on: { objects: raw/shop/a/** }, sql: x.sql, into: { table: stage.c } }
              d: { on: { tables: [stage.given] }, sql: x.sql, into: { table: stage.d } }
            """,
            "domains/shop/transforms/x.sql",
            "SELECT 1");

    Reading reading = LakeProject.read(ProjectFiles.of(files));

    assertThat(reading).isInstanceOf(Reading.Sound.class);
    assertThat(reading.mistakes())
        .extracting(Mistake::why)
        .satisfiesExactlyInAnyOrder(
            why -> assertThat(why).contains("shop.p.a").contains("raw/shop/a/b/.csv"),
            why -> assertThat(why).contains("shop.p.c").contains("raw/shop/a/b/.csv"),
            why -> assertThat(why).contains("No stage writes the table shop.stage.given"));
  }

  private static List<String> warnings(String stages) {
    Map<String, String> files =
        Map.of(
            "lake.yaml",
            "name: shop",
            "domains/shop/pipelines/p.yaml",
            "stages:\n" + stages.indent(2),
            "domains/shop/transforms/x.sql",
            "SELECT 1");
    Reading reading =
        LakeProject.read(
            ProjectFiles.of(files),
            SqlCheck.NONE,
            InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z")));
    assertThat(reading).as("%s", reading.mistakes()).isInstanceOf(Reading.Sound.class);
    return reading.mistakes().stream()
        .map(mistake -> mistake.place().line() + " " + mistake.why())
        .toList();
  }

  @Test
  void aScheduleThatNeverFiresStartsNothing() {
    assertThat(
            warnings(
                """
                past: { on: { schedule: "at(2020-01-01T00:00:00)" }, sql: x.sql, into: { table: stage.a } }
                soon: { on: { schedule: "at(2026-02-01T00:00:00)" }, sql: x.sql, into: { table: stage.b } }
                never: { on: { schedule: "cron(0 0 30 2 ? *)" }, sql: x.sql, into: { table: stage.c } }
                over: { on: { schedule: { expression: rate(1 hour), end: "2025-01-01T00:00:00Z" } }, sql: x.sql, into: { table: stage.d } }
                gathers: { on: { objects: raw/shop/**, schedule: "at(2020-01-01T00:00:00)" }, sql: x.sql, into: { table: stage.e } }
                """))
        .containsExactly(
            "2 Nothing starts this stage: its schedule has no moment from now on.",
            "4 This schedule never comes: there is no such day or time in its zone and span.",
            "5 Nothing starts this stage: its schedule has no moment from now on.",
            "6 Nothing starts this stage: its schedule has no moment from now on.");
  }

  @Test
  void whatWaitsForAStageThatIsNotEnabledIsNeverStarted() {
    assertThat(
            warnings(
                """
                off: { on: { objects: raw/shop/** }, sql: x.sql, into: { table: stage.a }, enabled: false }
                behind: { on: { tables: [stage.a] }, sql: x.sql, into: { table: stage.b } }
                last: { on: { tables: [stage.b] }, sql: x.sql, into: { table: stage.c } }
                on: { on: by_hand, sql: x.sql, into: { table: stage.d } }
                all: { on: { tables: [stage.a, stage.d] }, sql: x.sql, into: { table: stage.e } }
                any: { on: { tables: [stage.a, stage.d], when: any }, sql: x.sql, into: { table: stage.f } }
                after: { on: { pattern: { source: [hosu.pipelines], detail-type: [Execution Succeeded], resources: [shop.p.off] } }, sql: x.sql, into: { table: stage.g } }
                """))
        .containsExactly(
            "3 Nothing starts this stage: shop.p.off, which writes the table shop.stage.a, is not enabled.",
            "4 Nothing starts this stage: shop.p.behind, which writes the table shop.stage.b, is never started itself.",
            "6 Nothing starts this stage: shop.p.off, which writes the table shop.stage.a, is not enabled.",
            "8 Nothing starts this stage: shop.p.off, whose events its pattern takes, is not enabled.");
  }

  @Test
  void aPatternOnAStageThatIsNotThereIsNeverStarted() {
    assertThat(
            warnings(
                """
                a: { on: { objects: raw/shop/** }, sql: x.sql, into: { table: stage.a } }
                b: { on: { pattern: { source: [hosu.pipelines], detail-type: [Execution Failed], detail: { stage: [a], attempt: [3] } } }, sql: x.sql, into: { table: stage.b } }
                c: { on: { pattern: { source: [hosu.pipelines], detail-type: [Execution Failed], detail: { stage: [z] } } }, sql: x.sql, into: { table: stage.c } }
                d: { on: { pattern: { source: [hosu.catalog], detail-type: [Table Committed], detail: { table: [shop.stage.z] } } }, sql: x.sql, into: { table: stage.d } }
                e: { on: { pattern: { source: [hosu.catalog], detail-type: [Table Committed], detail: { table: [shop.stage.a], added_rows: [{ numeric: [">", 9] }] } } }, sql: x.sql, into: { table: stage.e } }
                f: { on: { pattern: { source: [com.example] } }, sql: x.sql, into: { table: stage.f } }
                """))
        .containsExactly(
            "4 Nothing starts this stage: no stage or table of the domain shop sends an event that its pattern takes.",
            "5 Nothing starts this stage: no stage or table of the domain shop sends an event that its pattern takes.");
  }
}
