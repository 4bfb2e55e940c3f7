package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Policy;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/tables/{name}/schemas}: which columns a table had, who changed them and with which
 * execution, the newest first. Who does not see all columns learns nothing of the others.
 */
public final class SchemasApi implements Routes {
  private final Database database;
  private final TableSight sight;

  public SchemasApi(Database database, Tables tables, Policy policy) {
    this.database = database;
    this.sight = new TableSight(tables, policy);
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/tables/{name}/schemas", this::schemas, "limit", "next");
  }

  private void schemas(Call call) throws IOException {
    LakeTable table = sight.require(call);
    List<String> now = WriteTarget.names(table.metadata().schema());
    Set<String> hidden = sight.hidden(Authentication.principal(call), table.name(), now);
    int limit = call.limit();
    long before = call.number("next").orElse(Long.MAX_VALUE);
    List<KeptSchema> part =
        database.read(tx -> SchemaRows.history(tx, table.id(), limit + 1, before));
    boolean more = part.size() > limit;
    ArrayNode items = Json.array();
    for (int i = 0; i < Math.min(limit, part.size()); i++) {
      KeptSchema earlier = i + 1 < part.size() ? part.get(i + 1) : null;
      items.add(json(table, part.get(i), earlier, hidden));
    }
    List<ObjectNode> all = items.valueStream().map(ObjectNode.class::cast).toList();
    call.send(new Page<>(all, more ? Long.toString(part.get(limit - 1).number()) : null));
  }

  private static ObjectNode json(
      LakeTable table, KeptSchema one, @Nullable KeptSchema earlier, Set<String> hidden) {
    ObjectNode json =
        Json.object()
            .put("number", one.number())
            .put("schema_id", one.schemaId())
            .put("time", Instants.print(one.changedAt()))
            .put("principal", one.principal())
            .put("execution", one.execution().orElse(null));
    Schema schema = table.metadata().schemasById().get(one.schemaId());
    Schema old = earlier == null ? null : table.metadata().schemasById().get(earlier.schemaId());
    ArrayNode changes = json.putArray("changes");
    ArrayNode columns = json.putArray("columns");
    if (schema == null) {
      return json;
    }
    if (hidden.isEmpty() && old != null) {
      SchemaSteps.between(old, schema).forEach(step -> changes.add(step.toString()));
    }
    Set<Integer> seen = seen(table.metadata().schema(), hidden);
    schema.columns().stream()
        .filter(field -> hidden.isEmpty() || seen.contains(field.fieldId()))
        .forEach(field -> columns.add(SchemaRows.column(field)));
    return json;
  }

  /** By their ids: a hidden column is hidden under the names too that it had. */
  private static Set<Integer> seen(Schema now, Set<String> hidden) {
    return now.columns().stream()
        .filter(field -> !hidden.contains(field.name()))
        .map(NestedField::fieldId)
        .collect(Collectors.toSet());
  }
}
