package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.events.EventFilter;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Transform.Crawl.Load;
import io.hosu.pipelines.crawl.DeclaredTables;
import io.hosu.tables.SqlColumn;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What crawlers do that a lake project declares. */
class DeclaredCrawlerTest extends InLake {
  private static final Principal OWNER = Principal.user("owner");
  private static final TableName VISITS = TableName.parse("a.stage.visits");
  private static final StageName CRAWLER = StageName.parse("a.crawlers.visits");
  private static final StageName LOAD = StageName.parse("a.crawl_stage_visits.load");

  private final HttpClient client = HttpClient.newHttpClient();
  private Listener listener;
  private String owner;

  @BeforeEach
  void open() throws Exception {
    Router router =
        Router.builder()
            .add(
                new AuthenticatedRoutes(
                    lake.governance.authentication(), List.of(lake.proposals(), lake.crawls())))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    owner = token(OWNER);
    lake.grant(OWNER, Permission.ALTER, "a.stage");
    lake.grant(OWNER, Permission.SELECT, "a.stage");
    lake.grant(OWNER, Permission.DESCRIBE, "a");
  }

  @AfterEach
  void close() {
    listener.close();
  }

  @Test
  void itBeginsWithWhatLiesThereAndGoesOnWithWhatComes() throws Exception {
    lake.put("raw/a/visits/day=1/1.csv", "id,city\n1,Bonn\n");

    declare(DriftPolicy.ADD_COLUMNS, Load.BY_STAGE);
    assertThat(rows("id, city, day")).containsExactly("1,Bonn,1");

    put("raw/a/visits/day=2/2.csv", "id,city\n2,Ulm\n");

    assertThat(rows("id, city, day")).containsExactly("1,Bonn,1", "2,Ulm,2");
    assertThat(notes(CRAWLER))
        .containsExactly(
            "Looked at 1 of 1 objects that came.", "Looked at 1 of 1 objects that came.");
    assertThat(lake.executions())
        .filteredOn(one -> one.stage().equals(CRAWLER))
        .extracting(one -> one.origin().by())
        .containsExactlyInAnyOrder(Execution.By.CRAWL, Execution.By.EVENTS);
    JsonNode crawler = get("/v1/crawlers").path("items").path(0);
    assertThat(crawler.path("name").asText()).isEqualTo("a.crawlers.visits");
    assertThat(crawler.path("stage").asText()).isEqualTo(LOAD.toString());
    assertThat(crawler.path("status").asText()).isEqualTo("ENABLED");
    assertThat(crawler.path("drift").asText()).isEqualTo("add-columns");
  }

  @Test
  void aSecondLookReadsWhatCameSinceAlone() throws Exception {
    for (int i = 0; i < 20; i++) {
      lake.put("raw/a/visits/%d.csv".formatted(i), "id,city\n%d,Bonn\n".formatted(i));
    }
    declare(DriftPolicy.NEVER, Load.BY_STAGE);
    assertThat(notes(CRAWLER)).containsExactly("Looked at 20 of 20 objects that came.");
    spoilAllBlobs();

    put("raw/a/visits/20.csv", "id,city\n20,Ulm\n");
    lake.pipelines.run(CRAWLER);
    lake.finish();

    assertThat(notes(CRAWLER))
        .containsExactly(
            "Looked at 20 of 20 objects that came.", "Looked at 1 of 1 objects that came.", null);
    assertThat(rows("count(*)")).containsExactly("21");
    assertThat(proposals()).isEmpty();
  }

  @Test
  void whereNothingMayHappenByItselfTheTableStaysAndSomebodyDecides() throws Exception {
    lake.put("raw/a/visits/1.csv", "id,city\n1,Bonn\n");
    declare(DriftPolicy.NEVER, Load.BY_STAGE);

    put("raw/a/visits/2.csv", "id,city,channel\n2,Ulm,web\n");

    assertThat(columns()).isEqualTo("id BIGINT, city VARCHAR");
    assertThat(rows("id")).containsExactly("1");
    assertThat(lake.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.cause().code()).isEqualTo("DRIFT_REFUSED"));
    JsonNode proposal = only(proposals());
    assertThat(proposal.path("proposes").asText()).isEqualTo("add column channel VARCHAR");
    String id = proposal.path("id").asText();
    assertThat(get("/v1/crawl-proposals/" + id).path("diff").asText())
        .isEqualTo(
            """
            --- a/domains/a/datasets/visits.yaml
            +++ b/domains/a/datasets/visits.yaml
            @@ -3,3 +3,4 @@
                 columns:
                   id: BIGINT
                   city: VARCHAR
            +      channel: VARCHAR
            """);
    assertThat(types("hosu.pipelines")).contains("Crawler Proposal Made");

    assertThat(post("/v1/crawl-proposals/%s/apply".formatted(id)).statusCode()).isEqualTo(200);
    lake.finish();

    assertThat(columns()).isEqualTo("id BIGINT, city VARCHAR, channel VARCHAR");
    assertThat(rows("id, channel")).containsExactly("1,", "2,web");
    assertThat(lake.deadLetters()).isEmpty();
    assertThat(only(proposals()).path("status").asText()).isEqualTo("APPLIED");
    assertThat(types("hosu.pipelines")).contains("Crawler Proposal Applied");
    assertThat(post("/v1/crawl-proposals/%s/apply".formatted(id)).body())
        .contains("PROPOSAL_DECIDED");
  }

  @Test
  void onlyWhatThePolicyNamesHappensByItselfAndTheRestIsProposed() throws Exception {
    lake.put("raw/a/visits/1.csv", "id,amount\n1,5\n2,6\n");
    declare(DriftPolicy.ADD_COLUMNS, Load.BY_STAGE);

    put("raw/a/visits/2.csv", "id,amount,channel\n3,much,web\n");

    assertThat(columns()).isEqualTo("id BIGINT, amount BIGINT, channel VARCHAR");
    assertThat(only(proposals()).path("proposes").asText())
        .isEqualTo("replace column amount BIGINT by a new one of type VARCHAR, without its values");
    assertThat(rows("id, amount")).containsExactly("1,5", "2,6");
  }

  @Test
  void aPolicyOfAllLetsAColumnBeginAnew() throws Exception {
    lake.put("raw/a/visits/1.csv", "id,amount\n1,5\n");
    declare(DriftPolicy.ALL, Load.BY_STAGE);

    put("raw/a/visits/2.csv", "id,amount\n2,much\n");

    assertThat(columns()).isEqualTo("id BIGINT, amount VARCHAR");
    assertThat(rows("id, amount")).containsExactly("1,", "2,much");
    assertThat(lake.deadLetters()).isEmpty();
    assertThat(proposals()).isEmpty();
  }

  @Test
  void theSameIsProposedOnceAndNotAgainOnceItWasRefused() throws Exception {
    lake.put("raw/a/visits/1.csv", "id\n1\n");
    declare(DriftPolicy.NEVER, Load.BY_STAGE);
    put("raw/a/visits/2.csv", "id,b\n2,x\n");
    put("raw/a/visits/3.csv", "id,b\n3,y\n");
    String first = only(proposals()).path("id").asText();

    put("raw/a/visits/4.csv", "id,c\n4,z\n");

    assertThat(proposals())
        .extracting(one -> one.path("status").asText() + " " + one.path("proposes").asText())
        .containsExactly(
            "OPEN add column b VARCHAR; add column c VARCHAR", "SUPERSEDED add column b VARCHAR");
    String second = proposals().getFirst().path("id").asText();
    assertThat(post("/v1/crawl-proposals/%s/refuse".formatted(second)).statusCode()).isEqualTo(200);
    put("raw/a/visits/5.csv", "id,b,c\n5,x,y\n");

    assertThat(proposals())
        .extracting(one -> one.path("status").asText())
        .containsExactly("REFUSED", "SUPERSEDED");
    assertThat(post("/v1/crawl-proposals/%s/refuse".formatted(first)).body())
        .contains("PROPOSAL_DECIDED");
  }

  @Test
  void aTableOfALakeProjectIsChangedThereAlone() throws Exception {
    lake.put("raw/a/visits/1.csv", "id\n1\n");
    lake.declared =
        new DeclaredTables() {
          @Override
          public Optional<Edit> edited(TableName table, List<SqlColumn> columns) {
            return Optional.of(new Edit("x.yaml", "a\n", "a\n" + columns.size() + "\n"));
          }
        };
    declare(DriftPolicy.ALL, Load.BY_STAGE);

    put("raw/a/visits/2.csv", "id,b\n2,x\n");

    assertThat(columns()).isEqualTo("id BIGINT");
    JsonNode proposal = only(proposals());
    assertThat(proposal.path("declared").asBoolean()).isTrue();
    String id = proposal.path("id").asText();
    JsonNode full = get("/v1/crawl-proposals/" + id);
    assertThat(full.path("diff").asText()).contains("+++ b/x.yaml", "+1");
    assertThat(full.path("remedy").asText()).contains("git apply", "hosu apply");
    assertThat(post("/v1/crawl-proposals/%s/apply".formatted(id)).body())
        .contains("PROPOSAL_IN_GIT");
  }

  @Test
  void objectsOfParquetBecomeFilesOfTheTableWhereTheyLieAndOnlyNewOnesAreLookedAt()
      throws Exception {
    lake.putParquet("raw/a/visits/day=1/1.parquet", "SELECT 1 AS id");
    declare(DriftPolicy.ADD_COLUMNS, Load.IN_PLACE);
    assertThat(rows("id, day")).containsExactly("1,1");

    lake.putParquet("raw/a/visits/day=2/2.parquet", "SELECT 2 AS id, 'x' AS b");
    lake.put("raw/a/visits/day=2/readme.txt", "hello");
    lake.finish();

    assertThat(rows("id, b, day")).containsExactly("1,,1", "2,x,2");
    assertThat(inputs()).containsExactlyInAnyOrder("1.parquet", "2.parquet", "readme.txt");
    assertThat(lake.pipelines.stages().find(LOAD)).isEmpty();
    assertThat(lake.tables.history(VISITS, 10, "").items()).hasSize(2);
  }

  @Test
  void aFileThatThePolicyKeepsOutComesInOnceItsProposalIsApplied() throws Exception {
    lake.putParquet("raw/a/visits/1.parquet", "SELECT 1 AS id");
    declare(DriftPolicy.NEVER, Load.IN_PLACE);
    lake.putParquet("raw/a/visits/2.parquet", "SELECT 2::BIGINT AS id");
    lake.putParquet("raw/a/visits/3.parquet", "SELECT 3 AS id");
    lake.finish();
    assertThat(rows("id")).containsExactly("1", "3");
    JsonNode proposal = only(proposals());
    assertThat(proposal.path("proposes").asText())
        .isEqualTo("widen column id from INTEGER to BIGINT");

    post("/v1/crawl-proposals/%s/apply".formatted(proposal.path("id").asText()));
    lake.finish();

    assertThat(rows("id")).containsExactly("1", "2", "3");
  }

  @Test
  void whatIsTakenOutOfTheProjectLoadsNothingMore() throws Exception {
    lake.put("raw/a/visits/1.csv", "id\n1\n");
    declare(DriftPolicy.NEVER, Load.BY_STAGE);

    lake.database.perform(tx -> lake.pipelines.stages().crawlers().remove(tx, CRAWLER));
    put("raw/a/visits/2.csv", "id\n2\n");

    assertThat(rows("id")).containsExactly("1");
    assertThat(lake.pipelines.stages().list()).isEmpty();
    assertThat(get("/v1/crawlers").path("items")).isEmpty();
  }

  @Test
  void aTableThatAStageWritesIsNotCrawledInto() throws Exception {
    lake.put("raw/a/visits/1.csv", "id\n1\n");
    lake.database.perform(tx ->
        lake.pipelines
            .stages()
            .put(
                tx,
                new StageSpec(
                    StageName.parse("a.p.s"),
                    new Trigger.ByHand(),
                    Batch.STANDARD,
                    Input.STANDARD,
                    new Transform.Sql("s.sql", "SELECT 1 AS id"),
                    new Target(VISITS, Target.Mode.APPEND, List.of(), List.of(), List.of()),
                    Running.STANDARD)));

    declare(DriftPolicy.NEVER, Load.BY_STAGE);

    assertThat(lake.executions())
        .filteredOn(one -> one.stage().equals(CRAWLER))
        .singleElement()
        .satisfies(one ->
            assertThat(one.toJson().path("cause_code").asText()).isEqualTo("CRAWL_TARGET_TAKEN"));
  }

  @Test
  void whoDoesNotSeeAColumnDoesNotSeeWhatIsProposed() throws Exception {
    lake.put("raw/a/visits/1.csv", "id,secret\n1,2\n");
    declare(DriftPolicy.NEVER, Load.BY_STAGE);
    put("raw/a/visits/2.csv", "id,secret,b\n2,2,x\n");
    Principal other = Principal.user("other");
    String token = token(other);
    lake.database.perform(tx ->
        lake.governance
            .grants()
            .put(
                tx,
                Grant.declared(
                        Grantee.of(other),
                        Set.of(Permission.SELECT),
                        Resource.parse("a.stage.visits"))
                    .with(Terms.none().with(Columns.only(List.of("id"))))));
    lake.grant(other, Permission.DESCRIBE, "pipeline:a.crawlers");
    String id = only(proposals()).path("id").asText();

    assertThat(get("/v1/crawlers/" + CRAWLER).path("proposals").asInt()).isEqualTo(1);
    assertThat(made(OWNER).path("changes")).hasSize(1);

    owner = token;

    assertThat(proposals()).isEmpty();
    assertThat(get("/v1/crawlers/" + CRAWLER).path("proposals").asInt()).isZero();
    assertThat(get("/v1/crawlers").path("items").path(0).path("proposals").asInt()).isZero();
    assertThat(made(other).has("changes")).isFalse();
    assertThat(made(other).path("id").asText()).isEqualTo(id);
    assertThat(send("GET", "/v1/crawl-proposals/" + id).statusCode()).isEqualTo(404);
    assertThat(post("/v1/crawl-proposals/%s/apply".formatted(id)).statusCode()).isEqualTo(404);
  }

  /** What somebody sees of the event of the proposal that was made. */
  private JsonNode made(Principal principal) {
    SeenRecords sight = lake.pipelines.seenRecords(lake.governance.policy().rights(), principal);
    return lake.events.list(EventFilter.ALL, 1000).items().stream()
        .map(one -> one.event())
        .filter(event -> event.detailType().equals("Crawler Proposal Made"))
        .map(event -> sight.event(event).detail())
        .findFirst()
        .orElseThrow();
  }

  /** Bytes that are read again would be found to be damaged. */
  private void spoilAllBlobs() throws Exception {
    for (int i = 0; i < 20; i++) {
      var name = io.hosu.kernel.ObjectName.parse("raw/a/visits/%d.csv".formatted(i));
      Files.write(lake.files.resolve(name).orElseThrow().path(), new byte[] {0, 1, 2, 0});
    }
  }

  private void declare(DriftPolicy drift, Load load) {
    StageSpec crawler =
        DeclaredCrawlers.stage(
            "a",
            "visits",
            new Transform.Crawl("raw/a/visits/", drift, load),
            new Target(VISITS, Target.Mode.APPEND, List.of(), List.of(), List.of(), drift),
            Optional.empty(),
            Duration.ZERO,
            Running.STANDARD);
    lake.database.perform(tx -> lake.pipelines.stages().crawlers().put(tx, crawler));
    lake.finish();
  }

  private List<String> rows(String columns) {
    return lake.query("a.stage.visits", "SELECT %s FROM t ORDER BY 1".formatted(columns));
  }

  private String columns() {
    return String.join(
        ", ",
        lake.tables.require(VISITS).columns().stream()
            .map(column -> column.name() + " " + column.type())
            .toList());
  }

  private List<String> notes(StageName stage) {
    return lake.executions().reversed().stream()
        .filter(one -> one.stage().equals(stage))
        .map(one -> one.result().note())
        .toList();
  }

  private List<String> inputs() {
    return lake.executions().stream()
        .filter(one -> one.stage().equals(CRAWLER))
        .flatMap(one -> lake.database.read(tx -> ExecutionRecords.inputs(tx, one.id())).stream())
        .map(input -> input.name().substring(input.name().lastIndexOf('/') + 1))
        .toList();
  }

  private List<String> types(String source) {
    return lake.events.list(EventFilter.ALL, 1000).items().stream()
        .map(one -> one.event())
        .filter(event -> event.source().equals(source))
        .map(event -> event.detailType())
        .toList();
  }

  private List<JsonNode> proposals() throws Exception {
    return StreamSupport.stream(get("/v1/crawl-proposals").path("items").spliterator(), false)
        .toList();
  }

  private static JsonNode only(List<JsonNode> all) {
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private String token(Principal principal) {
    return lake.database.write(tx -> {
      lake.governance.principals().create(tx, principal, Grant.CLI);
      return lake.governance
          .tokens()
          .create(tx, principal.name(), Duration.ofHours(1))
          .text()
          .reveal();
    });
  }

  private JsonNode get(String path) throws Exception {
    return Json.parse(send("GET", path).body());
  }

  private HttpResponse<String> post(String path) throws Exception {
    return send("POST", path);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + owner)
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }
}
