package io.hosu.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.delivery.ProjectFiles;
import io.hosu.e2e.MatrixDoors.Answer;
import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.sync.RequestBody;

/** The lake that the permission matrix is asked of: with rows, a dead letter, and a quarantine. */
final class MatrixLake implements AutoCloseable {
  /** A value in the lake that nobody may see who may not read it. */
  static final String HIDDEN = "quetzal";

  private static final String STAGE = "/iceberg/v1/shop/namespaces/stage";
  private static final String SCHEMA =
      """
      "schema": {"type": "struct", "schema-id": 0,
        "fields": [{"id": 1, "name": "id", "required": false, "type": "long"}]}\
      """;

  private static final String PARQUET =
      "UEFSMRUAFRAVECwVAhUAFQYVBgAAAQAAAAAAAAAVAhksNQAYDWR1Y2tkYl9zY2hlbWEVAgAVBCUAGAJp"
          + "ZCUkABYCGRwZHCYAHBUEGRUAGRgCaWQVABYCFjIWMiYIPBgIAQAAAAAAAAAYCAEAAAAAAAAAFgAoCAEA"
          + "AAAAAAAAGAgBAAAAAAAAABERABkcFQAVABUCAAAAFjIWAiYIFjIAKChEdWNrREIgdmVyc2lvbiB2Mi4w"
          + "LjAgKGJ1aWxkIGQ1NGNiYmUzZGYpGRwcAAAAsgAAAFBBUjE=";

  private static final String BAD = "id,name,amount\n1,a,1\n2,b,2,2\n";

  private final SmallLake lake;
  private final MatrixDoors doors;
  private final DeadLetter deadLetter;
  private final String snapshot;
  private final String token;
  private final MatrixEngine engine;
  private int orders;
  private int spares;
  private String rollable = "";
  private String spare = "";
  private String spareView = "";

  /** A dead letter, as the API shows it. */
  record DeadLetter(String id, JsonNode detail) {}

  private MatrixLake(SmallLake lake) throws Exception {
    this.lake = lake;
    this.doors = new MatrixDoors(lake.hosu);
    put("orders/1.csv", "id,name,amount\n1,%s,1\n".formatted(HIDDEN));
    put("orders/2.csv", BAD);
    put("sifted/1.csv", BAD);
    putParquet("shop/placed/1.parquet");
    JsonNode letter = doors.done("GET /v1/dead-letters", "").at("/items/0");
    deadLetter = new DeadLetter(letter.path("id").asText(), letter.at("/event/detail"));
    snapshot = doors.done("GET /v1/tables/shop.stage.orders", "").path("snapshot").asText();
    token = masked();
    Credentials owner = principal("owner", Map.of("groups", List.of("shop")));
    engine = new MatrixEngine(doors, owner);
    doors.done("POST " + STAGE + "/views", view("seen"));
  }

  /** A Parquet file with one row, whose id is 1. */
  static byte[] parquet() {
    return Base64.getDecoder().decode(PARQUET);
  }

  private void putParquet(String key) {
    RequestBody file = RequestBody.fromBytes(parquet());
    doors.s3(doors.administrator(), s3 -> s3.putObject(it -> it.bucket("raw").key(key), file));
  }

  /** A token in the place of the hidden value, as somebody sees it through a mask. */
  private String masked() throws Exception {
    Credentials clerk = principal("clerk", Map.of());
    doors.done(
        "POST /v1/grants",
        """
        {"principal": "clerk", "permissions": ["SELECT"], "on": "shop.stage.orders",
         "masks": {"name": "token"}}
        """);
    String sql = "{\"sql\": \"SELECT name FROM shop.stage.orders\"}";
    String answer = doors.api(clerk, "POST /v1/queries", sql).text();
    return answer.replaceFirst("(?s).*(tok_[0-9a-z]{26}).*", "$1");
  }

  /** Starts it. Two teams own a domain each: {@code shop} and {@code depot}. */
  static MatrixLake start(Path folder, String... options) throws Exception {
    Path project = folder.resolve("project");
    SmallLake.write(project, "access/depot.yaml", "groups: [depot]\n");
    SmallLake.write(project, "domains/depot/domain.yaml", "owner: depot\n");
    return new MatrixLake(SmallLake.start(folder, options));
  }

  MatrixDoors doors() {
    return doors;
  }

  DeadLetter deadLetter() {
    return deadLetter;
  }

  String token() {
    return token;
  }

  /** A snapshot of the orders. */
  String snapshot() {
    return snapshot;
  }

  /** The body that asks what applying the project would change. */
  String plan() {
    ObjectNode body = Json.object().put("dry_run", true);
    ObjectNode files = body.putObject("files");
    ProjectFiles.in(lake.project).all().forEach(files::put);
    return Json.print(body);
  }

  /** Asks for the rollback of an execution that can be rolled back. */
  Answer rollback(Credentials who) throws Exception {
    if (rollable.isEmpty()) {
      put("orders/more%d.csv".formatted(++orders), "id,name,amount\n1,a,1\n");
      rollable =
          doors
              .done("GET /v1/executions?stage=shop.orders.clean&limit=1", "")
              .at("/items/0/id")
              .asText();
    }
    Answer answer = doors.api(who, "POST /v1/executions/%s/rollback".formatted(rollable), "{}");
    if (answer.isSuccess()) {
      rollable = "";
    }
    return answer;
  }

  /** The engine that commits to a table. */
  MatrixEngine engine() {
    return engine;
  }

  /** Asks for the drop of a table that is there. */
  Answer drop(Credentials who) throws Exception {
    Answer answer = doors.api(who, "DELETE " + STAGE + "/tables/" + spare(), "");
    return spared(answer);
  }

  /** The same of the API. */
  Answer dropByName(Credentials who) throws Exception {
    return spared(doors.api(who, "POST /v1/tables/shop.stage.%s/drop".formatted(spare()), "{}"));
  }

  /** The same by a command. */
  Answer dropByCommand(Credentials who) throws Exception {
    return spared(doors.command(who, "tables", "drop", "shop.stage." + spare()));
  }

  /** Asks for another name of a table that is there. */
  Answer rename(Credentials who) throws Exception {
    String name = "{\"namespace\": [\"stage\"], \"name\": \"%s\"}";
    String from = name.formatted(spare());
    String to = name.formatted(spare() + "_renamed");
    String body = "{\"source\": %s, \"destination\": %s}".formatted(from, to);
    return spared(doors.api(who, "POST /iceberg/v1/shop/tables/rename", body));
  }

  /** A table to drop or rename. */
  private String spare() throws Exception {
    if (spare.isEmpty()) {
      spare = "spare_" + ++spares;
      doors.done("POST " + STAGE + "/tables", table(spare));
    }
    return spare;
  }

  private Answer spared(Answer answer) {
    if (answer.isSuccess()) {
      spare = "";
    }
    return answer;
  }

  /** Asks for the drop of a view that is there. */
  Answer dropView(Credentials who) throws Exception {
    if (spareView.isEmpty()) {
      spareView = "spare_view_" + ++spares;
      doors.done("POST " + STAGE + "/views", view(spareView));
    }
    Answer answer = doors.api(who, "DELETE " + STAGE + "/views/" + spareView, "");
    if (answer.isSuccess()) {
      spareView = "";
    }
    return answer;
  }

  /** The body that asks for a new table. */
  static String table(String name) {
    return "{\"name\": \"%s\", %s}".formatted(name, SCHEMA);
  }

  /** The body that asks for a new view. */
  static String view(String name) {
    return """
    {"name": "%s", %s, "properties": {},
     "view-version": {"version-id": 1, "timestamp-ms": 1, "schema-id": 0, "summary": {},
       "default-namespace": ["stage"],
       "representations": [{"type": "sql", "sql": "SELECT 1 AS id", "dialect": "duckdb"}]}}
    """
        .formatted(name, SCHEMA);
  }

  private void put(String key, String text) throws Exception {
    doors.done("PUT /v1/objects/raw/shop/" + key, text);
    JsonNode waited;
    do {
      waited = doors.done("GET /v1/pending?wait=30s", "");
    } while (waited.path("pending").valueStream().anyMatch(count -> count.asLong() > 0));
  }

  /** What somebody gets for a name: a principal of this kind with a token and a key. */
  Credentials principal(String name, Map<String, ?> more) throws Exception {
    ObjectNode body = Json.object().put("name", name);
    body.setAll((ObjectNode) Json.mapper().valueToTree(more));
    doors.done("POST /v1/principals", Json.print(body));
    return credentials(name, "{}");
  }

  /** More credentials of a principal; {@code body} may say how long they hold. */
  Credentials credentials(String name, String body) throws Exception {
    return Credentials.of(
        doors.done("POST /v1/principals/%s/tokens".formatted(name), body),
        doors.done("POST /v1/principals/%s/keys".formatted(name), body));
  }

  @Override
  public void close() {
    doors.close();
    lake.close();
  }
}
