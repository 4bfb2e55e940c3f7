package io.hosu.pipelines;

import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.TableName;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Lineage of columns over HTTP: {@code GET /v1/lineage} with {@code table}, and {@code column},
 * {@code way} ({@code up}, {@code down}; both without it) and {@code depth}, a list of edges.
 */
final class LineageApi implements Routes {
  private static final int STANDARD_DEPTH = 10;

  private final ColumnLineage lineage;
  private final Tables tables;
  private final Policy policy;

  LineageApi(ColumnLineage lineage, Tables tables, Policy policy) {
    this.lineage = lineage;
    this.tables = tables;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/lineage", this::edges, "table", "column", "way", "depth", "limit", "next");
  }

  private void edges(Call call) throws IOException {
    TableName table = call.query("table", TableName::parse).orElseThrow(LineageApi::noTable);
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    require(call, table, rights, principal);
    String column =
        call.text("column")
            .map(name -> lineage.requireColumn(table, name, rights, principal))
            .orElse(ColumnEdge.ALL);
    int depth = call.query("depth", LineageApi::depth).orElse(STANDARD_DEPTH);
    SortedSet<ColumnEdge> all = new TreeSet<>();
    for (ColumnLineage.Way way : ways(call)) {
      all.addAll(lineage.edges(table, column, way, depth, rights, principal));
    }
    call.send(call.part(List.copyOf(all)).map(ColumnEdge::toJson));
  }

  private void require(Call call, TableName table, Rights rights, Principal principal) {
    if (rights.visible(principal, Resource.of(table))) {
      policy.require(Authentication.caller(call), Permission.DESCRIBE, Resource.of(table));
      if (tables.find(table).isPresent()) {
        return;
      }
    }
    throw Tables.notFound(
        table,
        tables.list().stream()
            .filter(known -> rights.visible(principal, Resource.of(known)))
            .toList());
  }

  private static List<ColumnLineage.Way> ways(Call call) {
    return call.query("way", LineageApi::way)
        .map(List::of)
        .orElse(Arrays.asList(ColumnLineage.Way.values()));
  }

  private static ColumnLineage.Way way(String text) {
    return switch (text) {
      case "up" -> ColumnLineage.Way.UP;
      case "down" -> ColumnLineage.Way.DOWN;
      default -> throw wrong("'way' is '%s'.".formatted(text), "Give 'up' or 'down'.");
    };
  }

  private static int depth(String text) {
    if (!text.matches("[1-9][0-9]?") || Integer.parseInt(text) > ColumnLineage.MOST_DEPTH) {
      throw wrong(
          "'depth' is '%s'.".formatted(text),
          "Give a number from 1 to %d.".formatted(ColumnLineage.MOST_DEPTH));
    }
    return Integer.parseInt(text);
  }

  private static Invalid noTable() {
    return wrong("'table' is missing.", "Give the full name of a table: domain.layer.table");
  }

  private static Invalid wrong(String what, String remedy) {
    return new Invalid(HttpError.PARAMETER_INVALID, what, remedy);
  }
}
