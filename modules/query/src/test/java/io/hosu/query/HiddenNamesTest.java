package io.hosu.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.OlderAudit;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Tags;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import io.hosu.tables.TablesApi;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever somebody asks over HTTP, the answer is the same in two lakes that differ only in what is
 * hidden from it: the names of columns and tables, their tags, and what grants say of them. Each
 * lake has under the names of the other nothing at all.
 */
@Timeout(120)
class HiddenNamesTest {
  /** Of one lake; the other has {@code other} instead. */
  private static final String HIDDEN = "hidden";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Twin one;
  private static Twin other;

  /** A lake whose hidden names begin with a word. */
  private static final class Twin implements AutoCloseable {
    private final QueryLake lake;
    private final Listener listener;
    private final String eva;
    private final String boss;
    private final String word;

    Twin(Path directory, String word) throws IOException {
      this.word = word;
      lake = new QueryLake(directory);
      lake.append(
          TableName.parse("shop.stage.orders"),
          "SELECT 1::BIGINT AS id, 'Ann' AS name, 'x' AS %s_cell, 5 AS price".formatted(word));
      lake.append(TableName.parse("shop.stage.%s_table".formatted(word)), "SELECT 1 AS id");
      lake.append(TableName.parse("shop.stage.open"), "SELECT 1 AS id");
      eva = token(Principal.user("eva"));
      boss = token(Principal.user("boss").asAdministrator());
      grants();
      tag("shop.stage.orders.%s_cell".formatted(word), "pii", "high");
      tag("shop.stage.orders.name", "pii", "low");
      tag("shop.stage.%s_table".formatted(word), "team", word);
      listener = new Listener(ListenerConfig.local(0), router());
    }

    private Router router() {
      var policy = lake.governance.policy();
      return Router.builder()
          .add(
              new AuthenticatedRoutes(
                  lake.governance.authentication(),
                  List.of(
                      lake.governance.api(lake.fit),
                      lake.governance.auditApi(OlderAudit.NONE),
                      new TablesApi(lake.tables, policy, lake.governance.domains()),
                      new QueriesApi(lake.queries))))
          .build();
    }

    private String token(Principal principal) {
      return lake.database.write(tx -> {
        lake.governance.principals().create(tx, principal, Grant.CLI);
        return lake.governance.tokens().createLasting(tx, principal.name()).text().reveal();
      });
    }

    private void grants() {
      grant(
          "shop.stage.orders",
          """
          {"columns": {"except": ["%1$s_cell"]}, "rows": "%1$s_cell = 'x' AND price > 4"}
          """);
      grant(
          "shop",
          """
          {"columns": ["id", "%1$s_cell"], "masks": {"%1$s_cell": "null"}}
          """);
      grant(
          "shop",
          """
          {"columns": ["id"], "rows": "id > principal.least"}
          """);
      grant("shop", "{}");
      deny("shop.stage.%1$s_table", Permission.DESCRIBE, "{}");
      deny("shop", Permission.SELECT, "{\"columns\": [\"%1$s_cell\"]}");
    }

    private void grant(String on, String terms) {
      put(Permission.SELECT, on, terms, false);
    }

    private void deny(String on, Permission permission, String terms) {
      put(permission, on, terms, true);
    }

    private void put(Permission permission, String on, String terms, boolean denies) {
      String json = terms.formatted(word);
      Grant grant =
          new Grant(
                  "",
                  Grantee.user("eva"),
                  Set.of(permission),
                  Resource.parse(on.formatted(word)),
                  Grant.CLI)
              .with(Terms.fromJson((ObjectNode) Json.parse(json)));
      lake.database.perform(
          tx -> lake.governance.grants().put(tx, denies ? grant.asDeny() : grant));
    }

    private void tag(String on, String key, String value) {
      Tags.Tag tag = new Tags.Tag(Resource.parse(on), key, value, Grant.CLI);
      lake.database.perform(tx -> lake.governance.tags().put(tx, tag));
    }

    String answer(String token, String method, String path, String body) throws Exception {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(listener.address().resolve(path))
              .header("Authorization", "Bearer " + token)
              .method(
                  method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      var answer = CLIENT.send(request.build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    }

    @Override
    public void close() {
      listener.close();
      lake.close();
    }
  }

  @BeforeAll
  static void open(@TempDir Path first, @TempDir Path second) throws IOException {
    one = new Twin(first, HIDDEN);
    other = new Twin(second, "other_");
  }

  @AfterAll
  static void close() {
    one.close();
    other.close();
    CLIENT.close();
  }

  private static List<String> paths() {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/v1/tags",
                "/v1/tags?limit=1",
                "/v1/grants",
                "/v1/grants?principal=eva",
                "/v1/access/of/eva",
                "/v1/access-requests",
                "/v1/tables",
                "/v1/tables?limit=1",
                "/v1/principals",
                "/v1/me",
                "/v1/tables/shop.stage.orders",
                "/v1/tables/shop.stage.orders/lineage",
                "/v1/tables/shop.stage.open/lineage"));
    for (String table : List.of("hidden_table", "other__table", "nothing", "open", "orders")) {
      String name = "shop.stage." + table;
      for (String column : List.of("", ".hidden_cell", ".other__cell", ".id", ".nothing")) {
        paths.add("/v1/tags?on=" + name + column);
        paths.add("/v1/access/who?on=" + name + column);
        for (String permission : List.of("SELECT", "DESCRIBE", "INSERT", "DROP", "GRANT")) {
          String question = "permission=%s&resource=%s%s".formatted(permission, name, column);
          paths.add("/v1/can?" + question);
          paths.add("/v1/can?principal=boss&" + question);
        }
      }
      if (!table.equals("open") && !table.equals("orders")) {
        paths.add("/v1/tables/" + name);
        paths.add("/v1/tables/" + name + "/history");
        paths.add("/v1/tables/" + name + "/lineage");
      }
    }
    return paths;
  }

  /** Without ids and times, which are made anew in each lake. */
  private static String plain(String answer) {
    return answer
        .replaceAll("01[0-9a-hjkmnp-tv-z]{24}", "ID")
        .replaceAll("\"(snapshot|id|metadata_location)\":\"[^\"]*\"", "\"$1\":...")
        .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "TIME");
  }

  @Test
  void noAnswerTellsOfHiddenColumnsAndTables() throws Exception {
    for (String path : paths()) {
      String answer = plain(one.answer(one.eva, "GET", path, ""));
      assertThat(answer).as(path).isEqualTo(plain(other.answer(other.eva, "GET", path, "")));
      if (!path.contains(HIDDEN)) {
        assertThat(answer).as(path).doesNotContain(HIDDEN);
      }
    }
  }

  @Test
  void noChangeThatIsRefusedTellsOfThemEither() throws Exception {
    for (String table : List.of("hidden_table", "other__table", "nothing", "orders")) {
      for (String column : List.of("", ".hidden_cell", ".other__cell", ".nothing")) {
        String on = "shop.stage." + table + column;
        String tag = "{\"on\":\"%s\",\"key\":\"a\",\"value\":\"b\"}".formatted(on);
        same("PUT", "/v1/tags", tag);
        same("DELETE", "/v1/tags/" + on + "/pii", "");
        String grant =
            "{\"principal\":\"boss\",\"permissions\":[\"SELECT\"],\"on\":\"%s\"}".formatted(on);
        same("POST", "/v1/grants", grant);
        same("POST", "/v1/queries", "{\"sql\":\"SELECT * FROM %s\"}".formatted(on));
      }
    }
  }

  private static void same(String method, String path, String body) throws Exception {
    assertThat(plain(one.answer(one.eva, method, path, body)))
        .as("%s %s %s", method, path, body)
        .isEqualTo(plain(other.answer(other.eva, method, path, body)));
  }

  @Test
  void norDoTheAuditRecordsOfWhoAsked() throws Exception {
    String path = "/v1/tags/shop.stage.hidden_table/a";
    same("DELETE", path, "");
    JsonNode record = items("/v1/audit?limit=1").path(0);
    assertThat(record.path("decision").asText()).isEqualTo("denied");
    assertThat(Json.print(record.path("detail"))).contains("no grant allows it");
  }

  @Test
  void whatMayBeSeenIsTold() throws Exception {
    assertThat(one.answer(one.eva, "GET", "/v1/tags", "")).contains("shop.stage.orders.name");
    JsonNode grants = items("/v1/grants");
    assertThat(grants).hasSize(4);
    assertThat(grants.findValuesAsText("rows"))
        .containsExactlyInAnyOrder("...", "id > principal.least");
    assertThat(one.answer(one.eva, "GET", "/v1/can?permission=SELECT&on=shop.stage.orders.id", ""))
        .contains("\"decision\":\"");
    assertThat(one.answer(one.boss, "GET", "/v1/grants", ""))
        .contains("hidden_cell = 'x' AND price > 4", "hidden_table");
    assertThat(
            one.answer(
                one.boss,
                "GET",
                "/v1/can?principal=eva&permission=SELECT&on=shop.stage.orders.hidden_cell",
                ""))
        .contains("it is denied");
  }

  private static JsonNode items(String path) throws Exception {
    return Json.parse(one.answer(one.eva, "GET", path, "").substring(4)).path("items");
  }

  @Test
  void aGrantOnManyTablesTellsWhichOfThemItDoesNotFit() throws Exception {
    String grant =
        "{\"principal\":\"eva\",\"permissions\":[\"SELECT\"],\"on\":\"shop.stage\",\"rows\":\"price"
            + " > 1\"}";
    String answer = one.answer(one.boss, "POST", "/v1/grants", grant);
    JsonNode given = Json.parse(answer.substring(4));
    one.lake.database.perform(
        tx -> one.lake.governance.grants().remove(tx, given.path("id").asText()));

    assertThat(given.path("warnings"))
        .extracting(JsonNode::asText)
        .hasSize(2)
        .allMatch(text -> text.contains("'price' is not a column of the table"))
        .anyMatch(text -> text.startsWith("It does not fit shop.stage.open: "))
        .anyMatch(text -> text.startsWith("It does not fit shop.stage.hidden_table: "));
  }
}
