package io.hosu.e2e;

import static io.hosu.governance.Permission.ADMIN;
import static io.hosu.governance.Permission.ALTER;
import static io.hosu.governance.Permission.CREATE_TABLE;
import static io.hosu.governance.Permission.DELETE;
import static io.hosu.governance.Permission.DESCRIBE;
import static io.hosu.governance.Permission.DETOKENIZE;
import static io.hosu.governance.Permission.DROP;
import static io.hosu.governance.Permission.GRANT;
import static io.hosu.governance.Permission.INSERT;
import static io.hosu.governance.Permission.READ_OBJECTS;
import static io.hosu.governance.Permission.REDRIVE;
import static io.hosu.governance.Permission.RUN;
import static io.hosu.governance.Permission.SELECT;
import static io.hosu.governance.Permission.WRITE_OBJECTS;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hosu.e2e.MatrixAct.Request;
import io.hosu.governance.Permission;
import io.hosu.kernel.Json;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** The requests of the permission matrix, door by door. */
final class MatrixActs {
  /** Its refusal has no body that could say what is missing. */
  static final String HEAD = "HeadObject";

  /** Whoever may not read all of it reads what they did themselves. */
  static final String AUDIT = "read what others did";

  static final String SHOP = "shop";

  private static final String LAKE = "lake";
  private static final String ORDER = "shop/orders/1.csv";
  private static final String NOTE = "shop/notes/1.txt";
  private static final String TABLE = "/v1/tables/shop.stage.orders";

  private final MatrixLake lake;
  private final AtomicInteger number = new AtomicInteger();

  MatrixActs(MatrixLake lake) {
    this.lake = lake;
  }

  /** All of them. */
  List<MatrixAct> all() {
    return Stream.of(
            describing(),
            objects(),
            working(),
            keeping(),
            governing(),
            sql(),
            s3(),
            new MatrixIceberg(lake).all(),
            new MatrixCommands(lake).all())
        .flatMap(List::stream)
        .toList();
  }

  private static MatrixAct api(Permission permission, String what, String request, String body) {
    return act("API", permission, SHOP, what, (doors, who) -> doors.api(who, request, body));
  }

  static MatrixAct act(
      String door, Permission permission, String on, String what, Request request) {
    return new MatrixAct(door, permission, Set.of(), on, what, "", request);
  }

  static MatrixAct shows(String text, MatrixAct act) {
    return new MatrixAct(
        act.door(), act.permission(), act.also(), act.on(), act.what(), text, act.request());
  }

  static MatrixAct also(Set<Permission> besides, MatrixAct act) {
    return new MatrixAct(
        act.door(), act.permission(), besides, act.on(), act.what(), act.shows(), act.request());
  }

  static MatrixAct onLake(MatrixAct act) {
    return new MatrixAct(
        act.door(), act.permission(), act.also(), LAKE, act.what(), act.shows(), act.request());
  }

  private List<MatrixAct> describing() {
    return List.of(
        api(DESCRIBE, "describe a table", "GET " + TABLE, ""),
        shows("shop.stage.orders", api(DESCRIBE, "see it in a list", "GET /v1/tables", "")),
        api(DESCRIBE, "see its history", "GET " + TABLE + "/history", ""),
        api(DESCRIBE, "see its lineage", "GET " + TABLE + "/lineage", ""),
        api(DESCRIBE, "see a stage", "GET /v1/stages/shop.orders.clean", ""),
        shows("\"clean\"", api(DESCRIBE, "see executions", "GET /v1/executions", "")),
        api(DESCRIBE, "see events of the domain", "GET /v1/events?domain=shop", ""),
        shows("2.csv", api(DESCRIBE, "see dead letters", "GET /v1/dead-letters", "")),
        api(DESCRIBE, "trace a table", "GET /v1/trace?table=shop.stage.orders", ""),
        onLake(api(DESCRIBE, "see the applied project", "GET /v1/project", "")));
  }

  private List<MatrixAct> objects() {
    return List.of(
        api(READ_OBJECTS, "read an object", "GET /v1/objects/raw/" + ORDER, ""),
        api(READ_OBJECTS, "list objects", "GET /v1/objects/raw?prefix=shop/", ""),
        api(WRITE_OBJECTS, "put an object", "PUT /v1/objects/raw/" + NOTE, "text"),
        api(WRITE_OBJECTS, "delete an object", "DELETE /v1/objects/raw/" + NOTE, ""),
        api(
            DETOKENIZE,
            "get a value back",
            "POST /v1/detokenize",
            Json.print(Map.of("tokens", List.of(lake.token())))));
  }

  private List<MatrixAct> working() {
    String span = "\"from\": \"2026-01-01T00:00:00Z\"";
    String records = "{\"table\": \"shop.stage.sifted_quarantine\", \"dry_run\": true}";
    Request rollback = (_, who) -> lake.rollback(who);
    return List.of(
        api(RUN, "run a stage", "POST /v1/stages/shop.orders.whole/run", "{}"),
        api(RUN, "resume a stage", "POST /v1/stages/shop.orders.sifted/resume", "{}"),
        api(
            RUN,
            "send an event",
            "POST /v1/events?bus=shop Content-Type application/cloudevents+json",
            """
            {"specversion": "1.0", "id": "1", "source": "matrix", "type": "Asked"}\
            """),
        api(
            RUN,
            "plan a backfill",
            "POST /v1/backfills",
            "{\"of\": \"shop.orders.clean\", \"dry_run\": true, %s}".formatted(span)),
        also(Set.of(DELETE), act("API", RUN, SHOP, "roll an execution back", rollback)),
        also(Set.of(RUN), act("API", DELETE, SHOP, "roll an execution back", rollback)),
        act(
            "API",
            REDRIVE,
            SHOP,
            "edit a dead letter",
            (doors, who) ->
                doors.api(
                    who,
                    "PUT /v1/dead-letters/%s/event".formatted(lake.deadLetter().id()),
                    Json.print(Map.of("detail", lake.deadLetter().detail())))),
        api(
            REDRIVE,
            "plan a replay",
            "POST /v1/replays",
            "{\"stage\": \"shop.orders.clean\", \"dry_run\": true, %s}".formatted(span)),
        also(
            Set.of(SELECT),
            api(REDRIVE, "plan a redrive of records", "POST /v1/redrives", records)),
        also(
            Set.of(REDRIVE),
            api(SELECT, "plan a redrive of records", "POST /v1/redrives", records)));
  }

  private List<MatrixAct> keeping() {
    String load =
        "{\"place\": \"raw/shop/orders/\", \"into\": \"stage.orders\", \"dry_run\": true}";
    String rows = "{\"where\": \"id = 0\", \"why\": \"asked\", \"dry_run\": true}";
    String loads = "plan to load objects";
    String place = "{\"place\": \"raw/shop/placed/\", \"dry_run\": true}";
    String places = "plan to add files in place";
    String lying =
        "{\"place\": \"raw/shop/placed/\", \"into\": \"stage.orders\", \"load\": \"in-place\", \"dry_run\": true}";
    String lies = "plan a crawl in place";
    String deletes = "plan to delete rows for good";
    return List.of(
        act("API", DROP, SHOP, "drop a table", (_, who) -> lake.dropByName(who)),
        api(ALTER, "plan a compaction", "POST " + TABLE + "/compact", "{\"dry_run\": true}"),
        api(ALTER, "list orphans", "POST " + TABLE + "/orphans", "{\"dry_run\": true}"),
        also(Set.of(ALTER), api(DELETE, deletes, "POST " + TABLE + "/delete-rows", rows)),
        also(Set.of(DELETE), api(ALTER, deletes, "POST " + TABLE + "/delete-rows", rows)),
        also(
            EnumSet.of(READ_OBJECTS, WRITE_OBJECTS),
            api(INSERT, places, "POST " + TABLE + "/files", place)),
        also(
            EnumSet.of(INSERT, READ_OBJECTS),
            api(WRITE_OBJECTS, places, "POST " + TABLE + "/files", place)),
        also(EnumSet.of(READ_OBJECTS, WRITE_OBJECTS), api(INSERT, lies, "POST /v1/crawls", lying)),
        also(EnumSet.of(INSERT, READ_OBJECTS), api(WRITE_OBJECTS, lies, "POST /v1/crawls", lying)),
        also(EnumSet.of(INSERT, READ_OBJECTS), api(CREATE_TABLE, loads, "POST /v1/crawls", load)),
        also(EnumSet.of(CREATE_TABLE, READ_OBJECTS), api(INSERT, loads, "POST /v1/crawls", load)));
  }

  private List<MatrixAct> governing() {
    return List.of(
        api(GRANT, "see who may", "GET /v1/access/who?on=shop.stage.orders", ""),
        api(
            GRANT,
            "give a grant",
            "POST /v1/grants",
            "{\"principal\": \"nobody\", \"on\": \"shop.stage\", \"permissions\": [\"DESCRIBE\"]}"),
        api(
            ADMIN,
            "deny somebody something",
            "POST /v1/grants",
            """
            {"principal": "nobody", "on": "shop.stage", "permissions": ["SELECT"], "effect": "deny"}\
            """),
        api(
            ADMIN,
            "tag a table",
            "PUT /v1/tags",
            "{\"on\": \"shop.stage.orders\", \"key\": \"pii\", \"value\": \"none\"}"),
        onLake(
            act(
                "API",
                ADMIN,
                LAKE,
                "create a principal",
                (doors, who) ->
                    doors.api(
                        who,
                        "POST /v1/principals",
                        Json.print(Map.of("name", "made_" + number.incrementAndGet()))))),
        onLake(
            act(
                "API",
                ADMIN,
                LAKE,
                "create a group",
                (doors, who) ->
                    doors.api(
                        who,
                        "POST /v1/groups",
                        Json.print(Map.of("name", "group_" + number.incrementAndGet()))))),
        onLake(api(ADMIN, "make a token", "POST /v1/principals/nobody/tokens", "{}")),
        onLake(api(ADMIN, "verify the audit", "GET /v1/audit/verify", "")),
        onLake(api(ADMIN, "ask as somebody else", "GET /v1/me Hosu-As nobody", "")),
        onLake(
            act(
                "API",
                ADMIN,
                LAKE,
                "plan a project",
                (doors, who) -> doors.api(who, "POST /v1/apply", lake.plan()))));
  }

  private List<MatrixAct> sql() {
    String read = "SELECT name FROM shop.stage.orders";
    return List.of(
        query(SELECT, "read a table", read),
        query(
            SELECT,
            "read an earlier state",
            read + " AT (VERSION => %s)".formatted(lake.snapshot())),
        shows(
            MatrixLake.HIDDEN,
            query(
                DETOKENIZE, "get a value back", "SELECT detokenize('%s')".formatted(lake.token()))),
        shows(
            "clean",
            query(DESCRIBE, "see executions", "SELECT DISTINCT stage FROM system.executions")),
        onLake(
            shows(
                "user:admin",
                query(ADMIN, AUDIT, "SELECT DISTINCT principal FROM system.lake.audit"))));
  }

  static MatrixAct query(Permission permission, String what, String sql) {
    String body = Json.print(Map.of("sql", sql));
    return act(
        "SQL", permission, SHOP, what, (doors, who) -> doors.api(who, "POST /v1/queries", body));
  }

  static MatrixAct s3(Permission permission, String what, Consumer<S3Client> request) {
    return act("S3", permission, SHOP, what, (doors, who) -> doors.s3(who, request));
  }

  private static List<MatrixAct> s3() {
    Consumer<S3Client> copy =
        s3 ->
            s3.copyObject(r ->
                r.sourceBucket("raw")
                    .sourceKey(ORDER)
                    .destinationBucket("raw")
                    .destinationKey("shop/notes/copy.csv"));
    return List.of(
        s3(READ_OBJECTS, "GetObject", s3 -> s3.getObjectAsBytes(r -> r.bucket("raw").key(ORDER))),
        s3(READ_OBJECTS, HEAD, s3 -> s3.headObject(r -> r.bucket("raw").key(ORDER))),
        s3(
            READ_OBJECTS,
            "ListObjectsV2",
            s3 -> s3.listObjectsV2(r -> r.bucket("raw").prefix("shop/"))),
        s3(
            WRITE_OBJECTS,
            "PutObject",
            s3 ->
                s3.putObject(
                    r -> r.bucket("raw").key(NOTE), RequestBody.fromBytes("text".getBytes(UTF_8)))),
        s3(WRITE_OBJECTS, "DeleteObject", s3 -> s3.deleteObject(r -> r.bucket("raw").key(NOTE))),
        s3(
            WRITE_OBJECTS,
            "CreateMultipartUpload",
            s3 -> s3.createMultipartUpload(r -> r.bucket("raw").key(NOTE))),
        also(Set.of(WRITE_OBJECTS), s3(READ_OBJECTS, "CopyObject", copy)),
        also(Set.of(READ_OBJECTS), s3(WRITE_OBJECTS, "CopyObject", copy)));
  }
}
