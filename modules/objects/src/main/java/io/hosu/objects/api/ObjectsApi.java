package io.hosu.objects.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.Attributes;
import io.hosu.objects.Buckets;
import io.hosu.objects.ListQuery;
import io.hosu.objects.Listing;
import io.hosu.objects.ObjectVersion;
import io.hosu.objects.Objects;
import io.hosu.objects.ObjectsError;
import io.hosu.objects.Payload;
import io.hosu.objects.Precondition;
import io.hosu.objects.PutOptions;
import io.hosu.objects.door.Download;
import io.hosu.objects.door.HeaderText;
import io.hosu.objects.door.ReadCondition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Routes of objects: {@code GET /v1/objects} tells the layers, {@code GET /v1/objects/LAYER} lists
 * ({@code prefix}, {@code delimiter}, {@code limit}, {@code next}), and {@code
 * /v1/objects/LAYER/KEY} takes GET (with {@code Range}, conditions, and {@code ?version=}), HEAD,
 * PUT (with {@code If-None-Match: *} and {@code If-Match}) and DELETE. May be used from any thread.
 */
public final class ObjectsApi implements Routes {
  private static final String VERSION = "X-Hosu-Version";

  private final Objects objects;
  private final Buckets buckets;

  public ObjectsApi(Objects objects, Buckets buckets) {
    this.objects = objects;
    this.buckets = buckets;
  }

  @Override
  public void register(Router.Builder router) {
    router.get("/v1/objects", this::layers, "limit", "next");
    router.get("/v1/objects/{layer}", this::list, "prefix", "delimiter", "limit", "next");
    router.get("/v1/objects/{layer}/{key...}", this::get, "version");
    router.put("/v1/objects/{layer}/{key...}", this::put);
    router.delete("/v1/objects/{layer}/{key...}", this::delete);
  }

  private void layers(Call call) throws IOException {
    call.send(
        call.part(buckets.list())
            .map(bucket ->
                Json.object()
                    .put("layer", bucket.name())
                    .put("created_at", Instants.print(bucket.createdAt()))));
  }

  private void list(Call call) throws IOException {
    var query =
        new ListQuery(
            call.text("prefix").orElse(""),
            call.text("delimiter").orElse(""),
            call.next().map(ObjectsApi::after).orElseGet(ListQuery.After.Start::new),
            call.limit());
    Listing listing = objects.list(caller(call), call.variable("layer"), query);
    ObjectNode json = Json.object();
    ArrayNode items = json.putArray("items");
    for (Listing.Entry entry : listing.entries()) {
      switch (entry) {
        case Listing.Entry.Found(ObjectVersion object) -> items.add(json(object));
        case Listing.Entry.CommonPrefix(String prefix) -> items.addObject().put("prefix", prefix);
      }
    }
    json.put("next", listing.next().map(ListQuery.After::token).map(call::token).orElse(null));
    call.send(200, json);
  }

  private void get(Call call) throws IOException {
    Optional<String> version = call.text("version");
    ObjectVersion object =
        version.isPresent()
            ? objects.require(caller(call), name(call), version.get())
            : objects.require(caller(call), name(call));
    Download.describe(call.response(), object);
    call.response().header(VERSION, object.version());
    if (!new Download(objects, call.request(), call.response()).send(object)) {
      call.response().reset();
      throw new Conflict(
          ObjectsError.PRECONDITION_FAILED,
          "Object %s is not in the state that the request demands.".formatted(object.name()),
          "Read it again without the condition.");
    }
  }

  private void put(Call call) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    for (String header : new String[] {"content-type", "content-encoding"}) {
      call.request()
          .header(header)
          .ifPresent(value -> headers.put(header, HeaderText.decode(value)));
    }
    var options = new PutOptions(new Attributes(headers, Map.of()), precondition(call));
    try {
      Payload payload = Payload.of(call.request().body());
      call.send(200, json(objects.put(caller(call), name(call), payload, options)));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void delete(Call call) throws IOException {
    Optional<String> marker = objects.delete(caller(call), name(call));
    marker.ifPresent(version -> call.response().header(VERSION, version));
    call.send(
        200, Json.object().put("deleted", marker.isPresent()).put("version", marker.orElse(null)));
  }

  private static Precondition precondition(Call call) {
    Optional<String> match = call.request().header("if-match");
    if (call.request().header("if-none-match").isPresent()) {
      return new Precondition.Absent();
    }
    return match
        .<Precondition>map(etag -> new Precondition.Matches(ReadCondition.bare(etag)))
        .orElse(Precondition.none());
  }

  private static ObjectNode json(ObjectVersion object) {
    ObjectNode json = Json.object();
    json.put("layer", object.name().bucket());
    json.put("key", object.name().key());
    json.put("version", object.version());
    json.put("size", object.size());
    json.put("etag", object.etag());
    json.put("sha256", object.sha256());
    json.put("content_type", object.contentType());
    json.put("created_at", Instants.print(object.createdAt()));
    json.put("principal", object.principal());
    json.put("table_file", object.tableFile());
    json.put("in_place", !object.inPlace().isEmpty());
    return json;
  }

  private static ListQuery.After after(String token) {
    return ListQuery.After.ofToken(token)
        .orElseThrow(
            () -> invalid("'next' is not what a listing gave.", "Leave it out to begin anew."));
  }

  private static HosuException invalid(String what, String remedy) {
    return new Invalid(HttpError.PARAMETER_INVALID, what, remedy);
  }

  private static ObjectName name(Call call) {
    return new ObjectName(call.variable("layer"), call.variable("key"));
  }

  private static Caller caller(Call call) {
    return Authentication.caller(call);
  }
}
