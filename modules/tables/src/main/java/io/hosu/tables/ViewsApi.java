package io.hosu.tables;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.view.SQLViewRepresentation;

/**
 * The views that engines made, over HTTP: {@code GET /v1/views}, and {@code GET} and {@code DELETE}
 * of {@code /v1/views/{name}}. Engines make and change them at the Iceberg door. One that the
 * caller may not know of looks as if it were not there.
 */
public final class ViewsApi implements Routes {
  private final Database database;
  private final Views views;
  private final Policy policy;

  /** The views beside {@code tables}. */
  public ViewsApi(Database database, Tables tables, Policy policy) {
    this.database = database;
    this.views = tables.open().views();
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/views", this::list, "domain", "limit", "next")
        .get("/v1/views/{name}", this::describe)
        .delete("/v1/views/{name}", this::drop);
  }

  private void list(Call call) throws IOException {
    Optional<String> domain = call.text("domain");
    List<TableName> all =
        visible(call).stream()
            .filter(view -> domain.isEmpty() || domain.get().equals(view.domain()))
            .toList();
    call.send(call.part(all).map(view -> Json.object().put("name", view.toString())));
  }

  private List<TableName> visible(Call call) {
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    return views.list().stream()
        .filter(view -> rights.visible(principal, Resource.of(view)))
        .toList();
  }

  /** Who may know a part of its columns only gets none of them, and not its text. */
  private void describe(Call call) throws IOException {
    TableName name = known(call);
    policy.require(Authentication.caller(call), Permission.DESCRIBE, Resource.of(name));
    LakeView view = views.find(name).orElseThrow(() -> unknown(call, name));
    ObjectNode json =
        Json.object()
            .put("name", name.toString())
            .put("id", view.metadata().uuid())
            .put("metadata_location", view.metadataLocation());
    if (TableSight.isWhole(policy.rights(), Authentication.principal(call), name)) {
      put(json, view);
    }
    call.send(200, json);
  }

  private static void put(ObjectNode json, LakeView view) {
    ArrayNode columns = json.putArray("columns");
    view.metadata().schema().columns().forEach(column -> columns.add(SchemaRows.column(column)));
    ArrayNode texts = json.putArray("texts");
    view.metadata().currentVersion().representations().stream()
        .filter(SQLViewRepresentation.class::isInstance)
        .map(SQLViewRepresentation.class::cast)
        .forEach(text -> texts.addObject().put("dialect", text.dialect()).put("sql", text.sql()));
    ObjectNode properties = json.putObject("properties");
    new TreeMap<>(view.metadata().properties()).forEach(properties::put);
  }

  private void drop(Call call) {
    TableName name = known(call);
    policy.requireWithin(Authentication.caller(call), Permission.DROP, Resource.of(name));
    if (views.find(name).isEmpty()) {
      throw unknown(call, name);
    }
    database.perform(tx -> {
      Authentication.caller(call).trail().keepIn(tx);
      views.drop(tx, name); // another may have done so meanwhile: it is gone
    });
    call.sendNothing();
  }

  private TableName known(Call call) {
    TableName name = call.variable("name", TableName::parse);
    if (!policy.rights().visible(Authentication.principal(call), Resource.of(name))) {
      throw unknown(call, name);
    }
    return name;
  }

  private NotFound unknown(Call call, TableName name) {
    return new NotFound(
        TablesError.VIEW_NOT_FOUND,
        "There is no view %s, or you may not see it%s"
            .formatted(
                name,
                Suggestions.ending(
                    name.toString(), visible(call).stream().map(TableName::toString).toList())),
        "See the views with: hosu views");
  }
}
