package io.hosu.pipelines;

import io.hosu.governance.Authentication;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.TableName;
import io.hosu.tables.LakeTable;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.Tables;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Executions as OpenLineage tells them, over HTTP: {@code GET /v1/executions/{id}/openlineage}, a
 * list of run events. What the caller may not know of is left out.
 */
final class OpenLineageApi implements Routes {
  private final Pipelines pipelines;
  private final ColumnLineage lineage;
  private final Tables tables;
  private final Policy policy;

  OpenLineageApi(Pipelines pipelines, ColumnLineage lineage, Tables tables, Policy policy) {
    this.pipelines = pipelines;
    this.lineage = lineage;
    this.tables = tables;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/executions/{id}/openlineage", this::events, "limit", "next");
  }

  private void events(Call call) throws IOException {
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    ExecutionDetail detail =
        pipelines.executions().require(call.variable("id"), Seen.of(rights, principal));
    Map<String, OpenLineage.Written> written = new HashMap<>();
    for (ExecutionOutput output : detail.outputs()) {
      TableName table = TableName.parse(output.table());
      if (rights.visible(principal, Resource.of(table))) {
        String by = detail.execution().stage().toString();
        written.put(output.table(), written(table, by, rights, principal));
      }
    }
    OpenLineage run =
        new OpenLineage(pipelines.seenRecords(rights, principal).seen(detail.toJson()));
    call.send(call.part(run.events(written)));
  }

  private OpenLineage.Written written(
      TableName table, String by, Rights rights, Principal principal) {
    List<SqlColumn> columns =
        tables.find(table).map(LakeTable::columns).orElse(List.of()).stream()
            .filter(one -> rights.visible(principal, new Resource.Column(table, one.name())))
            .toList();
    SortedSet<ColumnEdge> edges = new TreeSet<>();
    lineage
        .edges(table, ColumnEdge.ALL, ColumnLineage.Way.UP, 1, rights, principal)
        .forEach(edge -> {
          if (edge.by().equals(by)) {
            edges.add(edge);
          }
        });
    return new OpenLineage.Written(columns, edges);
  }
}
