package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What engines outside may not make of a table, though Iceberg's own code would let them. */
interface IcebergRefusalsContract {
  String TABLES = "/aviation/namespaces/stage/tables";

  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private RawClient client() {
    RawClient client = new RawClient(world(), "cleo");
    world()
        .allow(
            "cleo",
            Resource.parse("aviation"),
            Permission.SELECT,
            Permission.INSERT,
            Permission.DELETE,
            Permission.ALTER,
            Permission.CREATE_TABLE);
    return client;
  }

  /** What is refused of the commit of an engine, and what it is told. */
  record Refused(String updates, String told) {
    @Override
    public String toString() {
      return updates;
    }
  }

  /** Commits to a table with the columns id (1) and city (2), and two rows. */
  static Stream<Refused> commits() {
    return Stream.of(
        properties("history.expire.max-snapshot-age-ms", "abc"),
        properties("history.expire.min-snapshots-to-keep", "0"),
        properties("write.target-file-size-bytes", "0"),
        properties("commit.manifest.target-size-bytes", "-1"),
        properties("commit.manifest.min-count-to-merge", "many"),
        properties("commit.manifest-merge.enabled", "maybe"),
        properties("hosu.upkeep.orphan-delay-ms", "1h"),
        new Refused(
            "{\"action\":\"upgrade-format-version\",\"format-version\":4}", "is to be 1, 2 or 3"),
        new Refused(
            schema("{\"id\":3,\"name\":\"ID\",\"type\":\"long\",\"required\":false}"),
            "differ by case alone"),
        new Refused(
            schema("{\"id\":-1,\"name\":\"below\",\"type\":\"long\",\"required\":false}"),
            "ids begin with 1"),
        new Refused(
            schema("{\"id\":3,\"name\":\"must\",\"type\":\"long\",\"required\":true}"),
            "is required and has no default"),
        new Refused(
            "{\"action\":\"add-schema\",\"schema\":{\"type\":\"struct\",\"fields\":["
                + "{\"id\":1,\"name\":\"id\",\"type\":\"int\",\"required\":false},"
                + "{\"id\":2,\"name\":\"city\",\"type\":\"long\",\"required\":false}]}},"
                + "{\"action\":\"set-current-schema\",\"schema-id\":-1}",
            "cannot be read so"),
        new Refused("{\"action\":\"set-default-spec\",\"spec-id\":77}", "COMMIT_INVALID"),
        new Refused("{\"action\":\"fly-away\"}", "BODY_INVALID"),
        new Refused(ref("12"), "cannot name a branch"),
        new Refused(ref(""), "cannot name a branch"),
        new Refused(ref("a\\nb"), "cannot name a branch"),
        new Refused(ref("x'y"), "cannot name a branch"));
  }

  private static Refused properties(String name, String value) {
    return new Refused(
        "{\"action\":\"set-properties\",\"updates\":{\"%s\":\"%s\"}}".formatted(name, value),
        "property %s is '%s'".formatted(name, value));
  }

  private static String schema(String field) {
    return "{\"action\":\"add-schema\",\"schema\":{\"type\":\"struct\",\"fields\":["
        + "{\"id\":1,\"name\":\"id\",\"type\":\"int\",\"required\":false},"
        + "{\"id\":2,\"name\":\"city\",\"type\":\"string\",\"required\":false},"
        + field
        + "]}},{\"action\":\"set-current-schema\",\"schema-id\":-1}";
  }

  private static String ref(String name) {
    return "{\"action\":\"set-snapshot-ref\",\"ref-name\":\"%s\",\"type\":\"tag\",\"snapshot-id\":SNAPSHOT}"
        .formatted(name);
  }

  @ParameterizedTest
  @MethodSource("io.hosu.tables.IcebergRefusalsContract#commits")
  default void aCommitThatTheLakeCouldNotLiveWithIsRefused(Refused refused) throws Exception {
    RawClient client = client();
    LakeTable before = world().lake.tables.require(FLIGHTS);
    String snapshot = Long.toString(before.metadata().currentSnapshot().snapshotId());
    String body =
        "{\"requirements\":[],\"updates\":[%s]}"
            .formatted(refused.updates().replace("SNAPSHOT", snapshot));
    assertThat(client.send("POST", TABLES + "/flights", body, Map.of(), 400))
        .contains(refused.told());
    assertThat(world().lake.tables.require(FLIGHTS).metadataLocation())
        .isEqualTo(before.metadataLocation());
    assertThat(world().lake.rows(FLIGHTS)).containsExactly("[1, Oslo]", "[2, Bern]");
  }

  /** The requests for new tables that are refused. */
  static Stream<Refused> tables() {
    String plain = "{\"type\":\"struct\",\"fields\":[%s]}";
    String field = "{\"id\":%d,\"name\":\"%s\",\"type\":%s,\"required\":false}";
    String deep = "\"long\"";
    for (int i = 1_000; i > 800; i--) {
      deep = plain.formatted(field.formatted(i, "c", deep));
    }
    String one = plain.formatted(field.formatted(1, "id", "\"long\""));
    return Stream.of(
        created(plain.formatted(field.formatted(1, "c", deep)), "2", "deep"),
        created(one, "4", "1, 2 or 3"),
        created(one, "9", "COMMIT_INVALID"),
        created(one, "x", "COMMIT_INVALID"),
        created(
            plain.formatted(
                field.formatted(1, "a", "\"long\"") + "," + field.formatted(2, "A", "\"long\"")),
            "2",
            "differ by case alone"));
  }

  private static Refused created(String schema, String version, String told) {
    return new Refused(
        "{\"name\":\"cities\",\"schema\":%s,\"properties\":{\"format-version\":\"%s\"},\"stage-create\":STAGED}"
            .formatted(schema, version),
        told);
  }

  @ParameterizedTest
  @MethodSource("io.hosu.tables.IcebergRefusalsContract#tables")
  default void aTableThatTheLakeCouldNotLiveWithIsNotMade(Refused refused) throws Exception {
    RawClient client = client();
    for (String staged : List.of("true", "false")) {
      String body = refused.updates().replace("STAGED", staged);
      assertThat(client.send("POST", TABLES, body, Map.of(), 400)).contains(refused.told());
    }
    client.send("GET", TABLES + "/cities", "", Map.of(), 404);
  }

  @ParameterizedTest
  @MethodSource("io.hosu.tables.IcebergRefusalsContract#droppedAndBack")
  default void aColumnThatWasDroppedIsNotAddedUnderItsOldId(String back) throws Exception {
    RawClient client = client();
    String alone =
        "{\"requirements\":[],\"updates\":[{\"action\":\"add-schema\",\"schema\":{\"type\":\"struct\",\"fields\":["
            + "{\"id\":1,\"name\":\"id\",\"type\":\"int\",\"required\":false}%s]}},"
            + "{\"action\":\"set-current-schema\",\"schema-id\":-1}]}";
    client.send("POST", TABLES + "/flights", alone.formatted(""), Map.of(), 200);
    assertThat(client.send("POST", TABLES + "/flights", alone.formatted(back), Map.of(), 400))
        .contains("of a column that was dropped");
  }

  /** The column city, as itself and as another. */
  static Stream<String> droppedAndBack() {
    return Stream.of(
        ",{\"id\":2,\"name\":\"city\",\"type\":\"string\",\"required\":false,\"doc\":\"x\"}",
        ",{\"id\":2,\"name\":\"zz\",\"type\":\"string\",\"required\":false}",
        ",{\"id\":2,\"name\":\"zz\",\"type\":\"long\",\"required\":false}");
  }

  @ParameterizedTest
  @MethodSource("io.hosu.tables.IcebergRefusalsContract#odd")
  default void anOddRequestIsNotAFailureOfTheServer(String path, String body) throws Exception {
    assertThat(client().ask("POST", path, body, Map.of()).statusCode()).as(body).isEqualTo(400);
  }

  /** Requests that say too little. */
  static Stream<Arguments> odd() {
    return Stream.of(
        Arguments.of(
            TABLES + "/nothing",
            "{\"requirements\":[{\"type\":\"assert-create\"}],\"updates\":[]}"),
        Arguments.of(TABLES + "/flights", "{\"requirements\":[{\"type\":\"zzz\"}],\"updates\":[]}"),
        Arguments.of("/aviation/namespaces/stage/properties", "{\"updates\":{\"a\":null}}"));
  }
}
