package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.DeclaredCrawlers;
import io.hosu.pipelines.crawl.DeclaredTables.Edit;
import io.hosu.tables.SqlColumn;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crawlers as files of a lake project. */
class CrawlerFilesTest {
  private static final TableName VISITS = TableName.parse("shop.stage.visits");
  private static final String CRAWLER = "domains/shop/crawlers/visits.yaml";

  private final Map<String, String> shop =
      new TreeMap<>(
          Map.of(
              "lake.yaml",
              "name: shop",
              CRAWLER,
              "{ place: raw/shop/visits, into: stage.visits, schedule: rate(1 hour) }"));

  @Test
  void aCrawlerIsAppliedAndLeftAloneWhereNothingChangedAndRemovedWithItsFile(@TempDir Path folder) {
    try (TestServer server = new TestServer(TestDatabase.SQLITE, folder)) {
      assertThat(server.applied(shop)).contains("create crawler shop.crawlers.visits");
      assertThat(server.applied(shop)).isEmpty();
      StageName name = StageName.parse("shop.crawlers.visits");
      assertThat(server.stages.find(name).map(DeclaredCrawlers::isCrawler)).contains(true);

      shop.put(CRAWLER, "{ place: raw/shop/visits, into: stage.visits, drift: widen }");
      assertThat(server.applied(shop)).containsExactly("change crawler shop.crawlers.visits");

      shop.remove(CRAWLER);
      shop.put("domains/shop/domain.yaml", "owner: sales");
      assertThat(server.applied(shop)).contains("remove crawler shop.crawlers.visits");
      assertThat(server.stages.find(name)).isEmpty();
    }
  }

  @Test
  void aStageMayReadTheTableThatACrawlerMakes() {
    shop.put(
        "domains/shop/pipelines/p.yaml",
        "stages: { s: { on: { tables: [stage.visits] }, sql: s.sql,"
            + " into: { table: analytics.s, mode: overwrite } } }");
    shop.put("domains/shop/transforms/s.sql", "SELECT * FROM stage.visits");

    assertThat(mistakes()).isEmpty();
  }

  @Test
  void allMistakesAreToldAtOnce() {
    shop.put(
        CRAWLER,
        """
        place: rew/shop/visits
        into: stage.visits
        drift: wide
        load: inplace
        window: 1m
        schedule: rate(1 hours)
        plcae: x
        """);
    shop.put("domains/shop/crawlers/other.yaml", "{ place: raw/sales/x, into: stage.other }");
    shop.put("domains/shop/crawlers/third.yaml", "{ place: raw/shop/*, into: stage.third }");

    assertThat(String.join("\n", mistakes()))
        .contains("no layer 'rew'; did you mean 'raw'?")
        .contains("'wide' is not one of never, add-columns, widen, all")
        .contains("'inplace' is not one of by-stage, in-place")
        .contains("'plcae'")
        .contains("did you mean 'place'?")
        .contains("'window' has no meaning here")
        .contains("'raw/sales/x' does not lie in the domain of its crawler")
        .contains("'raw/shop/*' is not a place of objects");
  }

  @Test
  void aTableHasOneWriter() {
    shop.put("domains/shop/crawlers/other.yaml", "{ place: raw/shop/x, into: stage.visits }");
    shop.put(
        "domains/shop/pipelines/crawlers.yaml",
        "stages: { visits: { on: by_hand, sql: s.sql, into: { table: stage.other } } }");
    shop.put("domains/shop/transforms/s.sql", "SELECT 1 AS id");
    shop.put("domains/shop/crawlers/more.yaml", "{ place: raw/shop/y, into: stage.other }");

    assertThat(String.join("\n", mistakes()))
        .contains("shop.stage.visits is written by the crawler shop.crawlers.other too")
        .contains("shop.stage.other is written by the stage shop.crawlers.visits too")
        .contains("The crawler has the name of a stage, shop.crawlers.visits");
  }

  @Test
  void aFolderThatIsMisspeltIsTold() {
    shop.put("domains/shop/crawler/visits.yaml", "{ place: raw/shop/x, into: stage.y }");

    assertThat(String.join("\n", mistakes())).contains("did you mean the folder 'crawlers'?");
  }

  @Test
  void aChangeOfColumnsIsAChangeOfTheFileAsPeopleWroteIt(@TempDir Path folder) {
    String text =
        """
        # What the shop knows.
        tables:
          stage.visits:
            columns:
              id: INTEGER      # given by the counter
              amount: { type: "DECIMAL(9, 2)", description: In EUR. }
            key: [id]
          stage.orders:
            columns: { id: BIGINT }
        """;
    shop.put("domains/shop/datasets/visits.yaml", text);
    try (TestServer server = new TestServer(TestDatabase.SQLITE, folder)) {
      server.apply(shop);
      DeclaredDatasets declared = new DeclaredDatasets(server.database);

      assertThat(
              declared.edited(
                  VISITS,
                  List.of(
                      new SqlColumn("ID", "BIGINT"),
                      new SqlColumn("amount", "DECIMAL(12, 2)"),
                      new SqlColumn("channel", "VARCHAR"))))
          .contains(
              new Edit(
                  "domains/shop/datasets/visits.yaml",
                  text,
                  text.replace("INTEGER ", "BIGINT ")
                      .replace("DECIMAL(9, 2)", "DECIMAL(12, 2)")
                      .replace("    key: [id]", "      channel: VARCHAR\n    key: [id]")));
      assertThat(
              declared
                  .edited(
                      TableName.parse("shop.stage.orders"),
                      List.of(new SqlColumn("a b", "STRUCT(x BIGINT)")))
                  .orElseThrow()
                  .after())
          .contains("columns: { id: BIGINT, \"a b\": \"STRUCT(x BIGINT)\" }");
      assertThat(declared.edited(TableName.parse("shop.stage.none"), List.of())).isEmpty();
    }
  }

  private List<String> mistakes() {
    return LakeProject.read(ProjectFiles.of(shop)).mistakes().stream()
        .map(mistake -> mistake.why() + " " + mistake.remedy())
        .toList();
  }
}
