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
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Lineage of columns over HTTP: {@code GET /v1/lineage} with {@code table}, and {@code column},
 * {@code way} ({@code up}, {@code down}; both without it), {@code depth} and {@code at} (the id of
 * a snapshot of the table, or a time; as it is now without it), a list of edges.
 */
final class LineageApi implements Routes {
  private static final int STANDARD_DEPTH = 10;

  private final LineageStates states;
  private final Tables tables;
  private final Policy policy;
  private final InstantSource clock;

  LineageApi(LineageStates states, Tables tables, Policy policy, InstantSource clock) {
    this.states = states;
    this.tables = tables;
    this.policy = policy;
    this.clock = clock;
  }

  @Override
  public void register(Router.Builder router) {
    router.get(
        "/v1/lineage", this::edges, "table", "column", "way", "depth", "at", "limit", "next");
  }

  private void edges(Call call) throws IOException {
    TableName table = call.query("table", TableName::parse).orElseThrow(LineageApi::noTable);
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    require(call, table, rights, principal);
    LineageSight sight = LineageSight.of(rights, principal);
    ColumnLineage lineage = lineage(call, table);
    String column =
        call.text("column")
            .map(name -> lineage.requireColumn(table, name, sight))
            .orElse(ColumnEdge.ALL);
    int depth = call.query("depth", LineageApi::depth).orElse(STANDARD_DEPTH);
    SortedSet<ColumnEdge> all = new TreeSet<>();
    for (ColumnLineage.Way way : ways(call)) {
      all.addAll(lineage.edges(table, column, way, depth, sight));
    }
    call.send(call.part(List.copyOf(all)).map(ColumnEdge::toJson));
  }

  private ColumnLineage lineage(Call call, TableName table) {
    return call.text("at")
        .map(at ->
            at.matches("-?[0-9]{1,19}")
                ? states.at(table, snapshot(at))
                : states.at(call.time("at", clock).orElseThrow()))
        .orElseGet(states::now);
  }

  private static long snapshot(String id) {
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'at' is '%s', which is no snapshot's id.".formatted(id),
          "Give the id of a snapshot, or a time: 2026-01-31T12:00:00Z, or 2h for two hours ago.",
          e);
    }
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
