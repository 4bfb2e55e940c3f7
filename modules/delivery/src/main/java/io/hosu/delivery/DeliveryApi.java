package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.LakeProject.Reading;
import io.hosu.governance.Authentication;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Problems;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Applying a lake project over HTTP.
 *
 * <ul>
 *   <li>{@code POST /v1/apply} with {@code {"files": {path: text}, "dry_run": false}} answers
 *       {@link ApplyResult#toJson}. A project with mistakes is answered by a problem {@code
 *       PROJECT_INVALID} whose {@code mistakes} are {@link Mistake#toJson}. For administrators.
 *   <li>{@code GET /v1/project} answers what was applied last, for those who may DESCRIBE the lake;
 *       what it declares, and with {@code ?files=true} its files, for administrators of the lake
 *       alone, as SQL, conditions and columns in it tell of what may be hidden from others.
 * </ul>
 */
public final class DeliveryApi implements Routes {
  private static final long LARGEST_BODY = 2 * ProjectFiles.LARGEST_PROJECT;

  private final Delivery delivery;
  private final Policy policy;
  private final SqlCheck sql;

  /** The routes over {@code delivery}; {@code sql} checks the SQL files of what is applied. */
  public DeliveryApi(Delivery delivery, Policy policy, SqlCheck sql) {
    this.delivery = delivery;
    this.policy = policy;
    this.sql = sql;
  }

  @Override
  public void register(Router.Builder router) {
    router.post("/v1/apply", this::apply);
    router.get("/v1/project", this::project, "files");
  }

  private void apply(Call call) throws IOException {
    policy.require(Authentication.caller(call), Permission.ADMIN, new Resource.Lake());
    if (!(call.json(LARGEST_BODY) instanceof ObjectNode body)) {
      throw unreadable("The request is no JSON object.");
    }
    // A misspelt dry run would change the lake.
    boolean dryRun = new JsonFields(body, Set.of("files", "dry_run")).flag("dry_run", false);
    switch (LakeProject.read(ProjectFiles.of(files(body)), sql)) {
      case Reading.Mistaken(var mistakes, _) -> refuse(call, mistakes);
      case Reading.Sound sound ->
          call.send(
              200,
              (dryRun ? delivery.plan(sound) : delivery.apply(sound, Authentication.caller(call)))
                  .toJson());
    }
  }

  private static Map<String, String> files(JsonNode body) {
    if (!body.path("files").isObject()) {
      throw unreadable("The request has no 'files'.");
    }
    Map<String, String> files = new TreeMap<>();
    for (var file : body.path("files").properties()) {
      if (!file.getValue().isTextual()) {
        throw unreadable("The file '%s' is not a text.".formatted(file.getKey()));
      }
      files.put(file.getKey(), file.getValue().asText());
    }
    return files;
  }

  private static Invalid unreadable(String what) {
    return new Invalid(
        DeliveryError.PROJECT_UNREADABLE,
        what,
        "Send {\"files\": {path: text}, \"dry_run\": false}, or use: hosu apply");
  }

  private static void refuse(Call call, List<Mistake> mistakes) throws IOException {
    long errors = mistakes.stream().filter(Mistake::isError).count();
    ObjectNode more = Json.object();
    ArrayNode array = more.putArray("mistakes");
    mistakes.forEach(mistake -> array.add(mistake.toJson()));
    Problems.write(
        call.response(),
        new Invalid(
            DeliveryError.PROJECT_INVALID,
            errors == 1
                ? "The lake project has a mistake."
                : "The lake project has %d mistakes.".formatted(errors),
            "Correct them, then check with: hosu validate"),
        more);
  }

  private void project(Call call) throws IOException {
    policy.require(Authentication.caller(call), Permission.DESCRIBE, new Resource.Lake());
    AppliedProject newest =
        delivery
            .newest()
            .orElseThrow(() ->
                new NotFound(
                    DeliveryError.PROJECT_NOT_FOUND,
                    "No lake project was applied to this server yet.",
                    "Apply one with: hosu apply"));
    ObjectNode json = Json.object();
    json.put("id", newest.id()).put("lake", newest.lake()).put("hash", newest.hash());
    json.put("principal", newest.principal());
    json.put("applied_at", Instants.print(newest.appliedAt()));
    if (policy.decide(Authentication.principal(call), Permission.ADMIN, new Resource.Lake())
        instanceof Decision.Allowed) {
      addContent(call, newest, json);
    }
    call.send(200, json);
  }

  private void addContent(Call call, AppliedProject newest, ObjectNode json) {
    ArrayNode declared = json.putArray("declared");
    for (Declared one : delivery.declared()) {
      declared
          .addObject()
          .put("kind", one.kind().word())
          .put("name", one.name())
          .set("declared", one.toJson());
    }
    if (call.choice("files", "Give true to see the project's files, false for the rest alone.")
        .orElse(false)) {
      json.set("files", Json.mapper().valueToTree(delivery.files(newest)));
    }
  }
}
