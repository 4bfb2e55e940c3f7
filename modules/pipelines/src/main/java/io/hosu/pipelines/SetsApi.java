package io.hosu.pipelines;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.events.Message;
import io.hosu.events.MessageGroups;
import io.hosu.governance.Authentication;
import io.hosu.governance.Policy;
import io.hosu.http.Call;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.StageName;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.io.IOException;
import java.util.List;

/**
 * The sets of objects that a stage waits for or works on, over HTTP: {@code GET
 * /v1/stages/{name}/sets}, with what is there and what is missing, the first hundred of each by
 * name, and how many there are ({@code there_count}, {@code missing_count}); none for other stages.
 *
 * <p>Stages of pipelines that the caller may not describe look as if they were not there.
 */
public final class SetsApi implements Routes {
  /** How many objects of a set are named that are there, and that are missing. */
  private static final int NAMED = 100;

  private final Database database;
  private final Pipelines pipelines;
  private final Policy policy;

  public SetsApi(Database database, Pipelines pipelines, Policy policy) {
    this.database = database;
    this.pipelines = pipelines;
    this.policy = policy;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/stages/{name}/sets", this::list, "limit", "next");
  }

  private void list(Call call) throws IOException {
    StageName name = call.variable("name", StageName::parse);
    Seen seen = Seen.of(policy.rights(), Authentication.principal(call));
    int limit = call.limit();
    String from = call.next().orElse("");
    Page<ObjectNode> page =
        database.read(tx -> {
          StageSpec stage = pipelines.stages().requireKept(tx, name, seen).stage();
          return stage.on() instanceof Trigger.OfSets on
              ? page(tx, stage, on, from, limit)
              : Page.last(List.of());
        });
    call.send(page);
  }

  private Page<ObjectNode> page(
      Transaction tx, StageSpec stage, Trigger.OfSets on, String from, int limit) {
    List<MessageGroups.Group> groups =
        MessageGroups.list(tx, stage.name().toString(), from, limit + 1);
    List<ObjectNode> shown =
        groups.stream().limit(limit).map(group -> json(tx, stage, on, group)).toList();
    return groups.size() <= limit ? Page.last(shown) : new Page<>(shown, groups.get(limit).key());
  }

  /** A manifest may list so many that nobody reads them, and no answer should hold them. */
  private static void put(ObjectNode json, String name, List<String> all) {
    ArrayNode named = json.putArray(name);
    all.stream().limit(NAMED).forEach(named::add);
    json.put(name + "_count", all.size());
  }

  private ObjectNode json(
      Transaction tx, StageSpec stage, Trigger.OfSets on, MessageGroups.Group group) {
    List<Message> messages = MessageGroups.peek(tx, group, StageSources.most(stage));
    ObjectNode json = Json.object();
    json.put("key", group.key());
    json.put("status", MessageGroups.isHeld(tx, group) ? "RUNNING" : "WAITING");
    try {
      ObjectSet set = pipelines.sets().of(tx, stage, on, messages);
      json.put("key", set.key());
      put(json, "there", set.there().stream().map(InputObject::text).toList());
      put(json, "missing", set.missing());
    } catch (Invalid e) {
      put(json, "there", List.of());
      put(json, "missing", List.of(e.what()));
    }
    Execution.putTime(json, "since", Assembling.since(messages).orElse(null));
    Execution.putTime(json, "times_out_at", Assembling.timesOutAt(on, messages).orElse(null));
    return json;
  }
}
