package io.hosu.e2e;

import static io.hosu.e2e.MatrixActs.SHOP;
import static io.hosu.e2e.MatrixActs.also;
import static io.hosu.e2e.MatrixActs.shows;
import static io.hosu.governance.Permission.ALTER;
import static io.hosu.governance.Permission.CREATE_TABLE;
import static io.hosu.governance.Permission.DELETE;
import static io.hosu.governance.Permission.DESCRIBE;
import static io.hosu.governance.Permission.DROP;
import static io.hosu.governance.Permission.INSERT;
import static io.hosu.governance.Permission.READ_OBJECTS;
import static io.hosu.governance.Permission.SELECT;

import io.hosu.e2e.MatrixAct.Request;
import io.hosu.governance.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The requests of the permission matrix at Iceberg's door. */
final class MatrixIceberg {
  /** As this door is called. */
  static final String DOOR = "Iceberg";

  /** The table is loaded without it; there is no key to its files then. */
  static final String READ = "read a file by a key of its own";

  private static final String SHOP_AT_DOOR = "/iceberg/v1/shop";
  private static final String STAGE = SHOP_AT_DOOR + "/namespaces/stage";
  private static final String ORDERS = STAGE + "/tables/orders";

  private final MatrixLake lake;
  private final AtomicInteger number = new AtomicInteger();

  MatrixIceberg(MatrixLake lake) {
    this.lake = lake;
  }

  /** All of them. */
  List<MatrixAct> all() {
    return Stream.of(reading(), rows(), changing(), naming(), views())
        .flatMap(List::stream)
        .toList();
  }

  private static MatrixAct act(Permission permission, String what, Request request) {
    return MatrixActs.act(DOOR, permission, SHOP, what, request);
  }

  private static MatrixAct act(Permission permission, String what, String request, String body) {
    return act(permission, what, (doors, who) -> doors.api(who, request, body));
  }

  private List<MatrixAct> reading() {
    String report =
        """
        {"report-type": "scan-report", "table-name": "stage.orders", "snapshot-id": 1,
         "filter": true, "schema-id": 0, "projected-field-ids": [], "projected-field-names": [],
         "metrics": {}}
        """;
    return List.of(
        shows("\"orders\"", act(DESCRIBE, "list tables", "GET " + STAGE + "/tables", "")),
        act(DESCRIBE, "ask whether a table is there", "HEAD " + ORDERS, ""),
        act(DESCRIBE, "load a table", "GET " + ORDERS, ""),
        act(DESCRIBE, "report a scan", "POST " + ORDERS + "/metrics", report),
        shows(MatrixEngine.FILE, act(SELECT, READ, (_, who) -> lake.engine().readFile(who))));
  }

  /** The owner has put the files that a commit names, so who sends it must be able to read them. */
  private List<MatrixAct> rows() {
    Request overwrite = (_, who) -> lake.engine().overwrite(who);
    Set<Permission> reads = EnumSet.of(SELECT, READ_OBJECTS);
    return List.of(
        also(reads, act(INSERT, "append rows", (_, who) -> lake.engine().append(who))),
        also(reads, act(DELETE, "delete rows", (_, who) -> lake.engine().delete(who))),
        also(EnumSet.of(SELECT, READ_OBJECTS, DELETE), act(INSERT, "overwrite rows", overwrite)),
        also(EnumSet.of(SELECT, READ_OBJECTS, INSERT), act(DELETE, "overwrite rows", overwrite)));
  }

  private List<MatrixAct> changing() {
    return List.of(
        act(ALTER, "set a property", (doors, who) -> doors.api(who, "POST " + ORDERS, property())),
        act(
            ALTER,
            "commit to many tables",
            (doors, who) ->
                doors.api(
                    who,
                    "POST " + SHOP_AT_DOOR + "/transactions/commit",
                    "{\"table-changes\": [%s]}"
                        .formatted(
                            property()
                                .replaceFirst(
                                    "\\{",
                                    "{\"identifier\": {\"namespace\": [\"stage\"], \"name\":"
                                        + " \"orders\"}, ")))),
        act(
            ALTER,
            "set a property of a layer",
            "POST " + STAGE + "/properties",
            "{\"removals\": [], \"updates\": {\"note\": \"1\"}}"));
  }

  private String property() {
    return """
    {"requirements": [],
     "updates": [{"action": "set-properties", "updates": {"note": "%d"}}]}
    """
        .formatted(number.incrementAndGet());
  }

  private List<MatrixAct> naming() {
    Request rename = (_, who) -> lake.rename(who);
    return List.of(
        act(
            CREATE_TABLE,
            "create a table",
            (doors, who) ->
                doors.api(
                    who,
                    "POST " + STAGE + "/tables",
                    MatrixLake.table("made_" + number.incrementAndGet()))),
        act(DROP, "drop a table", (_, who) -> lake.drop(who)),
        also(EnumSet.of(DROP, CREATE_TABLE), act(SELECT, "rename a table", rename)),
        also(EnumSet.of(SELECT, CREATE_TABLE), act(DROP, "rename a table", rename)),
        also(EnumSet.of(SELECT, DROP), act(CREATE_TABLE, "rename a table", rename)));
  }

  private List<MatrixAct> views() {
    String view = STAGE + "/views/seen";
    return List.of(
        act(
            CREATE_TABLE,
            "create a view",
            (doors, who) ->
                doors.api(
                    who,
                    "POST " + STAGE + "/views",
                    MatrixLake.view("view_" + number.incrementAndGet()))),
        act(DESCRIBE, "load a view", "GET " + view, ""),
        act(
            ALTER,
            "set a property of a view",
            (doors, who) -> doors.api(who, "POST " + view, property())),
        act(DROP, "drop a view", (_, who) -> lake.dropView(who)));
  }
}
