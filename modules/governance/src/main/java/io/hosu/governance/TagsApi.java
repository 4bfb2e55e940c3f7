package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.Json;
import io.hosu.kernel.Page;
import io.hosu.kernel.TableName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tags. Who may know a thing sees its tags; who may {@code ADMIN} it changes those that the lake
 * project does not declare, as grants may follow from them.
 */
final class TagsApi implements Routes {
  private static final String PATH = "/v1/tags";

  private final Tags tags;
  private final Policy policy;
  private final Administration administration;

  TagsApi(Tags tags, Policy policy, Administration administration) {
    this.tags = tags;
    this.policy = policy;
    this.administration = administration;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get(PATH, this::list, "on", "limit", "next")
        .put(PATH, this::put)
        .delete(PATH + "/{on}/{key}", this::remove);
  }

  private void list(Call call) throws IOException {
    Principal self = Authentication.principal(call);
    Rights rights = policy.rights();
    Optional<Resource> on = call.query("on", Resource::parse);
    String after = call.next().orElse("");
    int limit = call.limit();
    List<Tags.Tag> found =
        tags.list().stream()
            .filter(tag -> on.isEmpty() || tag.on().equals(on.get()))
            .filter(tag -> place(tag).compareTo(after) > 0)
            .filter(tag -> rights.visible(self, tag.on()))
            .limit(limit + 1L)
            .toList();
    Page<Tags.Tag> page =
        found.size() <= limit
            ? Page.last(found)
            : new Page<>(found.subList(0, limit), place(found.get(limit - 1)));
    call.send(
        page.map(tag -> {
          ObjectNode json = json(tag);
          now(rights, self, tag).ifPresent(now -> json.put("now", now));
          return json;
        }));
  }

  /**
   * What a tagged column is called now that had another name then, for who may know its columns.
   */
  private static Optional<String> now(Rights rights, Principal self, Tags.Tag tag) {
    if (!(tag.on() instanceof Resource.Column(TableName table, String column))
        || !Giving.may(rights, self, Resource.of(table))) {
      return Optional.empty();
    }
    NameHistory history = rights.state().names().of(table);
    return history == null
        ? Optional.empty()
        : Optional.of(
                history.columns(column).stream()
                    .map(ColumnNames::written)
                    .collect(Collectors.joining(", ")))
            .filter(now -> !now.equals(column));
  }

  /** What tags are sorted by: no resource has a blank that ends it. */
  private static String place(Tags.Tag tag) {
    return tag.on() + " " + tag.key();
  }

  private void put(Call call) throws IOException {
    JsonFields body = call.fields("on", "key", "value");
    Tags.Tag tag =
        new Tags.Tag(
            Resource.parse(body.text("on")), body.text("key"), body.text("value"), Grant.CLI);
    administration.require(call, Permission.ADMIN, tag.on());
    administration.change(
        call,
        "TAG",
        "%s %s=%s".formatted(tag.on(), tag.key(), tag.value()),
        tx -> {
          tags.put(tx, tag);
          return tag;
        });
    call.send(200, json(tag));
  }

  private void remove(Call call) {
    Resource on = call.variable("on", Resource::parse);
    String key = call.variable("key");
    administration.require(call, Permission.ADMIN, on);
    administration.change(
        call,
        "UNTAG",
        on + " " + key,
        tx -> {
          tags.remove(tx, on, key);
          return key;
        });
    call.sendNothing();
  }

  private static ObjectNode json(Tags.Tag tag) {
    return Json.object()
        .put("on", tag.on().toString())
        .put("key", tag.key())
        .put("value", tag.value())
        .put("source", tag.source());
  }
}
