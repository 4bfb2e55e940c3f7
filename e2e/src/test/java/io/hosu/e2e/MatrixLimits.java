package io.hosu.e2e;

import static io.hosu.e2e.MatrixActs.SHOP;
import static io.hosu.e2e.MatrixActs.shows;
import static io.hosu.governance.Permission.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.e2e.MatrixDoors.Answer;
import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.governance.Permission;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Those who see a part of a table, and engines that are trusted to leave out the rest. */
final class MatrixLimits {
  /** The columns of what {@link #rows} returns. */
  static final List<String> COLUMNS =
      List.of(
          "rows",
          "columns",
          "mask",
          "service",
          "trusted engine",
          "trusted engine, other rows",
          "trusted engine for somebody");

  private static final String ROWS = "\"rows\": \"name = 'nobody'\"";

  private final MatrixLake lake;
  private final List<Credentials> people = new ArrayList<>();

  MatrixLimits(MatrixLake lake) throws Exception {
    this.lake = lake;
    people.add(seeing("rows", Map.of(), ROWS));
    people.add(seeing("columns", Map.of(), "\"columns\": {\"except\": [\"name\"]}"));
    people.add(seeing("mask", Map.of(), "\"masks\": {\"name\": \"null\"}"));
    people.add(seeing("service", Map.of("kind", "service"), ROWS));
    Map<String, ?> trusted = Map.of("kind", "service", "keeps_limits", true);
    people.add(seeing("engine", trusted, ROWS));
    people.add(seeing("engine_upper", trusted, "\"rows\": \"upper(name) = 'NOBODY'\""));
    people.add(seeing("engine_of_all", trusted, "").as("limited_rows"));
  }

  /** Somebody who may do all to the tables of the domain, but sees a part of them. */
  private Credentials seeing(String what, Map<String, ?> about, String terms) throws Exception {
    String name = "limited_" + what;
    Credentials one = lake.principal(name, about);
    String to = about.isEmpty() ? "user:" + name : "service:" + name;
    Set<Permission> others = EnumSet.allOf(Permission.class);
    others.removeAll(Set.of(SELECT, Permission.ADMIN));
    lake.doors()
        .done(
            "POST /v1/grants",
            Json.print(Map.of("principal", to, "on", "shop", "permissions", others)));
    lake.doors()
        .done(
            "POST /v1/grants",
            "{\"principal\": \"%s\", \"on\": \"shop\", \"permissions\": [\"SELECT\"]%s}"
                .formatted(to, terms.isEmpty() ? "" : ", " + terms));
    return one;
  }

  /** Asks everything that tells of rows and columns, or changes them. */
  List<MatrixRow> rows() throws Exception {
    List<MatrixRow> rows = new ArrayList<>();
    Set<String> had = new HashSet<>(); // a request that asks for two permissions is two of the acts
    for (MatrixAct act : acts()) {
      if (!had.add(act.door() + act.what())) {
        continue;
      }
      List<String> marks = new ArrayList<>();
      for (Credentials one : people) {
        marks.add(
            one.as().isEmpty() || act.door().equals(MatrixIceberg.DOOR) ? mark(act, one) : "–");
      }
      rows.add(new MatrixRow(act, marks));
    }
    return rows;
  }

  private List<MatrixAct> acts() {
    String table = "/v1/tables/shop.stage.orders";
    String rows = "SELECT * FROM shop.stage.orders";
    String earlier = rows + " AT (VERSION => %s)".formatted(lake.snapshot());
    String deletion = "{\"where\": \"name = 'a'\", \"why\": \"asked\", \"dry_run\": true}";
    return Stream.concat(
            Stream.of(
                shows("\"rows\"", api("describe a table", "GET " + table, "")),
                shows("\"total_rows\"", api("see its history", "GET " + table + "/history", "")),
                shows(
                    "\"files_before\"",
                    api("plan a compaction", "POST " + table + "/compact", "{\"dry_run\": true}")),
                api("plan to delete rows for good", "POST " + table + "/delete-rows", deletion),
                shows(MatrixLake.HIDDEN, MatrixActs.query(SELECT, "read a table", rows)),
                shows(
                    MatrixLake.HIDDEN, MatrixActs.query(SELECT, "read an earlier state", earlier)),
                MatrixActs.s3(SELECT, "GetObject of a data file", s3 -> lake.engine().read(s3))),
            new MatrixIceberg(lake).all().stream())
        .toList();
  }

  private static MatrixAct api(String what, String request, String body) {
    return MatrixActs.act("API", SELECT, SHOP, what, (doors, who) -> doors.api(who, request, body));
  }

  private String mark(MatrixAct act, Credentials who) throws Exception {
    Answer answer = act.request().send(lake.doors(), who);
    String told = "%s, %s: %s".formatted(act.door(), act.what(), answer);
    assertThat(answer.text()).as(told).doesNotContain(MatrixLake.HIDDEN);
    if (!answer.isSuccess()) {
      assertThat(answer.status()).as(told).isIn(403, 404);
      return String.valueOf(answer.status());
    }
    if (answer.text().contains("\"read-restrictions\"")) {
      return "told";
    }
    return act.isAllowed(answer) ? "yes" : "part";
  }
}
