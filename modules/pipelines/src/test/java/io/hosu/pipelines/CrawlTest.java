package io.hosu.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.governance.AuthenticatedRoutes;
import io.hosu.governance.Columns;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Terms;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.http.Router;
import io.hosu.kernel.Json;
import io.hosu.kernel.TableName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What crawls tell of objects, and what becomes of them. */
class CrawlTest extends InLake {
  private static final Principal CRAWLER = Principal.user("crawler");

  private final HttpClient client = HttpClient.newHttpClient();
  private Listener listener;
  private String crawler;
  private String stranger;

  @BeforeEach
  void open() throws Exception {
    Router router =
        Router.builder()
            .add(new AuthenticatedRoutes(lake.governance.authentication(), List.of(lake.crawls())))
            .build();
    listener = new Listener(ListenerConfig.local(0), router);
    crawler = token("crawler");
    stranger = token("stranger");
    lake.grant(CRAWLER, Permission.READ_OBJECTS, "raw/a/");
    lake.grant(CRAWLER, Permission.CREATE_TABLE, "a.stage");
    lake.grant(CRAWLER, Permission.SELECT, "a.stage");
    lake.grant(CRAWLER, Permission.DESCRIBE, "a");
  }

  @AfterEach
  void close() {
    listener.close();
  }

  @Test
  void aFolderOfLikeObjectsIsOneTableWithEvidence() throws Exception {
    lake.put("raw/a/orders/1.csv", "id,zip,note\n1,01234,x\n2,99999,\n");
    lake.put("raw/a/orders/2.csv", "id,zip\n3,12345\n");

    JsonNode table = only(crawl("raw/a/orders"));

    assertThat(table.path("name").asText()).isEqualTo("a.raw.orders");
    assertThat(table.path("format").asText()).isEqualTo("csv");
    assertThat(table.path("location").asText()).isEqualTo("raw/a/orders/");
    assertThat(columns(table)).isEqualTo("id BIGINT, zip VARCHAR, note VARCHAR");
    assertThat(evidence(table, "id")).isEqualTo("BIGINT: 3 of 3 values");
    assertThat(evidence(table, "zip"))
        .isEqualTo(
            "VARCHAR: 3 of 3 values; digits with leading zeros, which stay text: 1; BIGINT would"
                + " fit 2, first misfit at line 2 of raw/a/orders/1.csv");
    assertThat(evidence(table, "note")).isEqualTo("VARCHAR: 1 of 1 values; records without: 2");
    assertThat(lake.pipelines.stages().list()).isEmpty();
  }

  @Test
  void noEvidenceQuotesAValue() throws Exception {
    lake.put("raw/a/orders/1.csv", "id,name\n1,unmentionable\nx,secret\n");

    assertThat(crawl("raw/a/orders").body())
        .doesNotContain("unmentionable")
        .doesNotContain("secret");
  }

  @Test
  void foldersOfHiveArePartitions() throws Exception {
    lake.put("raw/a/t/year=2026/city=K%C3%B6ln/1.csv", "v\n1\n");
    lake.put("raw/a/t/year=2025/city=__HIVE_DEFAULT_PARTITION__/1.csv", "v\n2\n");
    lake.put("raw/a/t/year=2024/1.csv", "v\n3\n");

    assertThat(only(crawl("raw/a/t")).path("partitions").toString())
        .contains("\"name\":\"year\",\"type\":\"BIGINT\",\"nullable\":false")
        .contains("\"name\":\"city\",\"type\":\"VARCHAR\",\"nullable\":true");

    assertThat(crawl("raw/a/t", "stage.t").statusCode()).isEqualTo(200);
    lake.finish();

    assertThat(lake.sql(CRAWLER, "SELECT v, year, city FROM a.stage.t ORDER BY v"))
        .containsExactly(
            "{\"v\":1,\"year\":2026,\"city\":\"Köln\"}",
            "{\"v\":2,\"year\":2025,\"city\":null}",
            "{\"v\":3,\"year\":2024,\"city\":null}");
  }

  @Test
  void aWorkbookOfExcelIsATableThatAStageLoads() throws Exception {
    lake.put("raw/a/t/1.xlsx", workbook("<c><v>1</v></c><c t=\"str\"><v>x</v></c>"));
    lake.put("raw/a/t/2.xlsx", workbook("<c><v>2</v></c>"));

    JsonNode table = only(crawl("raw/a/t", "stage.t"));
    lake.finish();

    assertThat(table.path("format").asText()).isEqualTo("xlsx");
    assertThat(columns(table)).isEqualTo("id BIGINT, note VARCHAR");
    assertThat(lake.sql(CRAWLER, "SELECT id, note FROM a.stage.t ORDER BY id"))
        .containsExactly("{\"id\":1,\"note\":\"x\"}", "{\"id\":2,\"note\":null}");
    assertThat(lake.deadLetters()).isEmpty();
  }

  private static byte[] workbook(String cells) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      part(
          zip,
          "xl/workbook.xml",
          "<workbook xmlns:r=\"x\"><sheets><sheet name=\"s\" r:id=\"a\"/></sheets></workbook>");
      part(
          zip,
          "xl/_rels/workbook.xml.rels",
          "<R><Relationship Id=\"a\" Type=\"x/worksheet\" Target=\"s.xml\"/></R>");
      part(
          zip,
          "xl/s.xml",
          "<w><row><c t=\"str\"><v>id</v></c><c t=\"str\"><v>note</v></c></row><row>%s</row></w>"
              .formatted(cells));
    }
    return bytes.toByteArray();
  }

  private static void part(ZipOutputStream zip, String name, String text) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void foldersOfDatesArePartitionsByTheirPlace() throws Exception {
    lake.put("raw/a/t/2026/01/1.json", "{\"v\": 1}");
    lake.put("raw/a/t/2026/02/1.json", "{\"v\": 2}");

    crawl("raw/a/t", "stage.t");
    lake.finish();

    assertThat(lake.sql(CRAWLER, "SELECT v, partition_0, partition_1 FROM a.stage.t ORDER BY v"))
        .containsExactly(
            "{\"v\":1,\"partition_0\":2026,\"partition_1\":\"01\"}",
            "{\"v\":2,\"partition_0\":2026,\"partition_1\":\"02\"}");
  }

  @Test
  void foldersSideBySideAreOneTableOnlyWhereTheyAreAlike() throws Exception {
    lake.put("raw/a/in/eu/1.csv", "id,amount\n1,2.5\n");
    lake.put("raw/a/in/us/1.csv", "id,amount\n2,3.5\n");
    lake.put("raw/a/other/x/1.csv", "id,amount\n2,3.5\n");
    lake.put("raw/a/other/y/1.csv", "name,city\na,b\nc,d\n");

    assertThat(names(crawl("raw/a"))).containsExactly("a.raw.in", "a.raw.x", "a.raw.y");

    crawl("raw/a/in", "stage.t");
    lake.finish();
    assertThat(lake.sql(CRAWLER, "SELECT id, partition_0 FROM a.stage.t ORDER BY id"))
        .containsExactly("{\"id\":1,\"partition_0\":\"eu\"}", "{\"id\":2,\"partition_0\":\"us\"}");
  }

  @Test
  void typesThatNoTableKeepsAreSaidBeforeAStageIsMade() throws Exception {
    lake.putParquet(
        "raw/a/t/1.parquet", "SELECT 1 AS id, TIMESTAMP_NS '2026-01-01' AS late, 'x' AS name");

    assertThat(crawl("raw/a/t", "stage.t").body())
        .contains("CRAWL_NOT_LOADABLE", "late TIMESTAMP_NS", "SELECT * REPLACE")
        .doesNotContain("id BIGINT", "name VARCHAR");
    assertThat(lake.pipelines.stages().list()).isEmpty();
  }

  @Test
  void oneOfAnotherKindBesideManyIsLeftOutAndNamed() throws Exception {
    for (int i = 0; i < 4; i++) {
      lake.put("raw/a/t/%d.csv".formatted(i), "id,v\n1,2\n");
    }
    lake.put("raw/a/t/stranger.csv", "name,city,phone\na,b,c\n");
    lake.put("raw/a/t/empty.csv", "");
    lake.put("raw/a/t/broken.parquet", "PAR1 no more");

    HttpResponse<String> answer = crawl("raw/a/t");

    assertThat(only(answer).path("objects").asLong()).isEqualTo(4);
    assertThat(Json.parse(answer.body()).path("left_out").toString())
        .contains("raw/a/t/stranger.csv", "phone")
        .contains("raw/a/t/empty.csv", "empty")
        .contains("raw/a/t/broken.parquet", "damaged Parquet");
  }

  @Test
  void elementsThatComeAgainAreTheRecordsOfXml() throws Exception {
    lake.put(
        "raw/a/x/1.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- orders of a day -->
        <orders day="2026-01-05">
          <order id="7"><zip>01234</zip><amount>2.5</amount><paid>true</paid>
            <line><sku>a</sku></line><line><sku>b</sku></line></order>
          <order id="8"><zip>99999</zip><amount>3</amount><line><sku>c</sku></line>
            <note>K&#246;ln &amp; Bonn</note></order>
        </orders>
        """);

    JsonNode table = only(crawl("raw/a/x"));

    assertThat(table.path("format").asText()).isEqualTo("xml");
    assertThat(columns(table))
        .isEqualTo(
            "_id BIGINT, zip VARCHAR, amount DOUBLE, paid BOOLEAN, line STRUCT(\"sku\" VARCHAR)[],"
                + " note VARCHAR");
    assertThat(evidence(table, "amount")).contains("2 of 2 values");

    assertThat(crawl("raw/a/x", "stage.t").statusCode()).isEqualTo(200);
    lake.finish();
    assertThat(
            lake.sql(CRAWLER, "SELECT _id, zip, len(line) AS n, note FROM a.stage.t ORDER BY _id"))
        .containsExactly(
            "{\"_id\":7,\"zip\":\"01234\",\"n\":2,\"note\":null}",
            "{\"_id\":8,\"zip\":\"99999\",\"n\":1,\"note\":\"Köln & Bonn\"}");
  }

  @Test
  void xmlWithEntitiesOfItsOwnOrBrokenOrOfSeveralKindsIsLeftOut() throws Exception {
    lake.put(
        "raw/a/x/bomb.xml",
        """
        <!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
        <r><o><v>&b;</v></o><o><v>&b;</v></o></r>
        """);
    lake.put(
        "raw/a/x/file.xml",
        """
        <!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><o><v>&x;</v></o><o/></r>
        """);
    lake.put("raw/a/x/broken.xml", "<r><o><v>1</v></o><o><v>2</o></r>");
    lake.put("raw/a/x/kinds.xml", "<r><o><v>1</v></o><o/><p><v>1</v></p><p/></r>");
    lake.put("raw/a/x/deep.xml", "<a>".repeat(5000));

    String answer = crawl("raw/a/x").body();

    assertThat(Json.parse(answer).path("tables")).isEmpty();
    assertThat(answer)
        .contains("raw/a/x/bomb.xml", "raw/a/x/file.xml", "entities of its own")
        .contains("raw/a/x/broken.xml", "broken at line 1")
        .contains("raw/a/x/kinds.xml", "several kinds")
        .contains("raw/a/x/deep.xml", "too deep")
        .doesNotContain("root:");
  }

  @Test
  void recordsOfAvroKeepWhatTheirLogicalTypesMean() throws Exception {
    lake.put("raw/a/v/1.avro", avro("deflate"));
    lake.put("raw/a/v/broken.avro", Arrays.copyOf(avro("null"), 150));

    HttpResponse<String> answer = crawl("raw/a/v");

    JsonNode table = only(answer);
    assertThat(table.path("format").asText()).isEqualTo("avro");
    assertThat(columns(table))
        .isEqualTo(
            "id BIGINT, at TIMESTAMPTZ, day DATE, price DOUBLE, place STRUCT(\"lat\" DOUBLE), tags"
                + " VARCHAR[]");
    assertThat(answer.body()).contains("raw/a/v/broken.avro", "Avro is broken");
    lake.delete("raw/a/v/broken.avro");

    crawl("raw/a/v", "stage.t");
    lake.finish();
    assertThat(
            lake.sql(
                CRAWLER,
                "SELECT id, epoch_ms(\"at\") AS t, day, price, place.lat AS lat, len(tags) AS n FROM"
                    + " a.stage.t ORDER BY id"))
        .containsExactly(
            "{\"id\":1,\"t\":1767225600000,\"day\":\"2026-01-01\",\"price\":12.5,\"lat\":1.5,\"n\":2}",
            "{\"id\":2,\"t\":null,\"day\":\"2026-01-02\",\"price\":0.25,\"lat\":null,\"n\":0}");
  }

  /** The file has what {@link #avro} makes. */
  @Test
  void rowsOfOrcInFoldersOfPartitionsAreATableThatAStageLoads() throws Exception {
    byte[] orc;
    try (InputStream in = CrawlTest.class.getResourceAsStream("places.orc")) {
      orc = Objects.requireNonNull(in).readAllBytes();
    }
    lake.put("raw/a/o/year=2026/1.orc", orc);
    lake.put("raw/a/o/year=2027/1.orc", orc);
    lake.put("raw/a/o/year=2027/broken.orc", Arrays.copyOf(orc, 150));

    HttpResponse<String> answer = crawl("raw/a/o");

    JsonNode table = only(answer);
    assertThat(table.path("format").asText()).isEqualTo("orc");
    assertThat(columns(table))
        .isEqualTo(
            "id BIGINT, at TIMESTAMP, day DATE, price DOUBLE, place STRUCT(\"lat\" DOUBLE), tags"
                + " VARCHAR[]");
    assertThat(table.path("partitions").toString()).contains("year", "BIGINT: 2 of 2 values");
    assertThat(answer.body())
        .contains("BIGINT: 4 of 4 values", "raw/a/o/year=2027/broken.orc", "ORC is broken");
    lake.delete("raw/a/o/year=2027/broken.orc");

    crawl("raw/a/o", "stage.t");
    lake.finish();
    assertThat(
            lake.sql(
                CRAWLER,
                "SELECT id, epoch_ms(\"at\") AS t, day, price, place.lat AS lat, len(tags) AS n, year"
                    + " FROM a.stage.t WHERE year = 2026 ORDER BY id"))
        .containsExactly(
            "{\"id\":1,\"t\":1767225600000,\"day\":\"2026-01-01\",\"price\":12.5,\"lat\":1.5,\"n\":2,\"year\":2026}",
            "{\"id\":2,\"t\":null,\"day\":\"2026-01-02\",\"price\":0.25,\"lat\":null,\"n\":0,\"year\":2026}");
    assertThat(lake.deadLetters()).isEmpty();
  }

  private static byte[] avro(String codec) throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "r", "fields": [
                  {"name": "id", "type": "long"},
                  {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
                  {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                  {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                  {"name": "place", "type": ["null", {"type": "record", "name": "p", "fields": [{"name": "lat", "type": "double"}]}]},
                  {"name": "tags", "type": {"type": "array", "items": "string"}}]}
                """);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> file =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema))) {
      file.setCodec(CodecFactory.fromString(codec)).create(schema, out);
      GenericRecord place =
          new GenericData.Record(schema.getField("place").schema().getTypes().get(1));
      place.put("lat", 1.5);
      file.append(record(schema, 1, 1767225600000L, 20454, 1250, place, List.of("a", "b")));
      file.append(record(schema, 2, null, 20455, 25, null, List.of()));
    }
    return out.toByteArray();
  }

  private static GenericRecord record(
      Schema schema,
      long id,
      @Nullable Long at,
      int day,
      long price,
      @Nullable GenericRecord place,
      List<String> tags) {
    GenericRecord record = new GenericData.Record(schema);
    record.put("id", id);
    record.put("at", at);
    record.put("day", day);
    record.put("price", ByteBuffer.wrap(BigInteger.valueOf(price).toByteArray()));
    record.put("place", place);
    record.put("tags", tags);
    return record;
  }

  @Test
  void tablesOfOneFolderAreToldApartByTheNamesOfTheirFiles() throws Exception {
    lake.put("raw/a/t/orders-1.csv", "id,amount\n1,2\n");
    lake.put("raw/a/t/orders-2.csv", "id,amount\n3,4\n");
    lake.put("raw/a/t/people-1.csv", "name,city\na,b\n");
    lake.put("raw/a/t/people-2.csv", "name,city\nc,d\n");

    assertThat(names(crawl("raw/a/t"))).containsExactly("a.raw.orders", "a.raw.people");
    assertThat(crawl("raw/a/t", "stage.t").body()).contains("CRAWL_NOT_ONE_TABLE");

    assertThat(crawl("raw/a/t/orders", "stage.t").statusCode()).isEqualTo(200);
    lake.finish();
    assertThat(lake.sql(CRAWLER, "SELECT id FROM a.stage.t ORDER BY id")).hasSize(2);
  }

  @Test
  void whatComesLaterIsLoadedAndNothingTwice() throws Exception {
    lake.put("raw/a/t/1.csv", "id\n1\n");
    crawl("raw/a/t", "stage.t");
    lake.finish();

    put("raw/a/t/2.csv", "id\n2\n");
    crawl("raw/a/t", "stage.t");
    lake.finish();

    assertThat(lake.sql(CRAWLER, "SELECT id FROM a.stage.t ORDER BY id"))
        .containsExactly("{\"id\":1}", "{\"id\":2}");
  }

  @Test
  void columnsAreOfTheTypesThatTheCrawlTells() throws Exception {
    String rows =
        IntStream.rangeClosed(1, 300)
            .mapToObj(i -> "%d,%05d,%s".formatted(i, i, i == 16 ? "oops" : i + ".5"))
            .collect(Collectors.joining("\n", "id,code,amount\n", "\n"));
    lake.put("raw/a/t/1.csv", rows);

    JsonNode table = only(crawl("raw/a/t", "stage.t"));
    lake.finish();

    assertThat(columns(table)).isEqualTo("id BIGINT, code VARCHAR, amount DOUBLE");
    assertThat(evidence(table, "amount"))
        .isEqualTo("DOUBLE: 299 of 300 values; rejected: 1, first at line 17 of raw/a/t/1.csv");
    assertThat(
            lake.tables.find(TableName.parse("a.stage.t")).orElseThrow().columns().stream()
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", ")))
        .isEqualTo(columns(table));
    assertThat(lake.sql(CRAWLER, "SELECT count(*) AS n, min(code) AS c FROM a.stage.t"))
        .containsExactly("{\"n\":299,\"c\":\"00001\"}");
    assertThat(lake.sql(CRAWLER, "SELECT line FROM a.stage.t_quarantine"))
        .containsExactly("{\"line\":17}");
  }

  @Test
  void oddNamesAreLoadedAsTheyAre() throws Exception {
    lake.put("raw/a/o'dd {1} nämes/x y='q'/1 \"2\".csv", "a b,\"c\"\"d\",a b\n1,2,3\n");

    crawl("raw/a/o'dd {1} nämes", "stage.t");
    lake.finish();

    assertThat(lake.sql(CRAWLER, "SELECT * FROM a.stage.t"))
        .containsExactly("{\"a b\":1,\"c\\\"d\":2,\"a b_1\":3,\"x y\":\"'q'\"}");
  }

  @Test
  void driftOfATableIsToldAndNothingIsDoneInADryRun() throws Exception {
    lake.put("raw/a/t/1.csv", "id,v,gone\n1,2,x\n");
    crawl("raw/a/t", "stage.t");
    lake.finish();
    lake.delete("raw/a/t/1.csv");
    lake.put("raw/a/t/2.csv", "id,v,more\n1,2.5,x\n");
    lake.finish();
    lake.delete("raw/a/t/2.csv");
    lake.put("raw/a/u/2.csv", "id,v,extra\n1,true,x\n");

    JsonNode table = only(ask(crawler, "raw/a/u", "stage.t", true));

    assertThat(table.path("drift").toString())
        .contains("{\"column\":\"v\",\"change\":\"incompatible\"")
        .contains("{\"column\":\"gone\",\"change\":\"missing\"")
        .contains("{\"column\":\"extra\",\"change\":\"new\"");
    assertThat(table.has("execution")).isFalse();
  }

  @Test
  void driftTellsNothingOfColumnsThatWhoAsksDoesNotSee() throws Exception {
    lake.put("raw/a/t/1.csv", "id,city,ssn\n1,Oslo,7\n");
    crawl("raw/a/t", "stage.t");
    lake.finish();
    lake.put("raw/a/u/2.csv", "id,ssn\n1,7\n");
    String some = token("some");
    Grantee to = Grantee.user("some");
    TableName table = TableName.parse("a.stage.t");
    lake.database.perform(tx -> {
      var grants = lake.governance.grants();
      grants.put(
          tx, Grant.declared(to, Set.of(Permission.READ_OBJECTS), Resource.objects("raw", "a/u/")));
      grants.put(
          tx,
          Grant.declared(
              to, Set.of(Permission.INSERT, Permission.CREATE_TABLE), Resource.of(table)));
      grants.put(
          tx,
          Grant.declared(to, Set.of(Permission.SELECT), Resource.of(table))
              .with(Terms.none().with(Columns.only(List.of("id")))));
    });

    JsonNode drift = only(ask(some, "raw/a/u", "stage.t", true)).path("drift");

    assertThat(drift.toString())
        .isEqualTo(
            "[{\"column\":\"ssn\",\"change\":\"new\",\"table_type\":\"\",\"found_type\":\"BIGINT\"}]");
  }

  @Test
  void whoMayNotReadObjectsDoesNotLearnThatThereAreAny() throws Exception {
    lake.put("raw/a/t/1.csv", "id\n1\n");
    lake.put("raw/b/t/1.csv", "id\n1\n");

    assertThat(ask(stranger, "raw/a/t", "", true).statusCode()).isEqualTo(403);
    assertThat(ask(crawler, "raw/b/t", "", true).statusCode()).isEqualTo(403);
    assertThat(ask(crawler, "raw/b/none", "", true).statusCode()).isEqualTo(403);
  }

  @Test
  void onlyWhatTheCallerMayReadIsLookedAt() throws Exception {
    lake.put("raw/a/t/open/1.csv", "id\n1\n");
    lake.put("raw/a/t/hidden/1.csv", "name\nx\n");
    lake.grant(Principal.user("stranger"), Permission.READ_OBJECTS, "raw/a/t/open/");

    HttpResponse<String> answer = ask(stranger, "raw/a/t", "", true);

    assertThat(names(answer)).containsExactly("a.raw.open");
    assertThat(answer.body()).doesNotContain("hidden");
    lake.grant(Principal.user("stranger"), Permission.CREATE_TABLE, "a.stage");
    assertThat(ask(stranger, "raw/a/t", "stage.t", false).statusCode()).isEqualTo(403);
  }

  @Test
  void loadingTakesTheRightToCreateTheTable() throws Exception {
    lake.put("raw/a/t/1.csv", "id\n1\n");

    assertThat(ask(crawler, "raw/a/t", "analytics.t", false).statusCode()).isEqualTo(403);
    assertThat(ask(crawler, "raw/a/t", "b.stage.t", false).body()).contains("CRAWL_INVALID");
    assertThat(lake.pipelines.stages().list()).isEmpty();
  }

  @Test
  void aTableThatAStageWritesIsNotTakenOver() throws Exception {
    lake.apply(
        Lake.stage(
            "a.p.rows",
            new Trigger.Objects(List.of("raw/a/p/*.csv")),
            "SELECT * FROM input",
            Lake.into("a.stage.t", Target.Mode.APPEND, List.of(), List.of())));
    lake.put("raw/a/t/1.csv", "id\n1\n");

    assertThat(crawl("raw/a/t", "stage.t").body()).contains("CRAWL_TARGET_TAKEN");
  }

  @Test
  void aCrawlerIsListedAndRemovedAndItsTableStays() throws Exception {
    lake.put("raw/a/t/1.csv", "id\n1\n");
    crawl("raw/a/t", "stage.t");
    lake.finish();

    assertThat(send(crawler, "GET", "/v1/crawlers", "").body())
        .contains("\"table\":\"a.stage.t\"", "raw/a/t/", "user:crawler");
    assertThat(send(stranger, "GET", "/v1/crawlers", "").body()).doesNotContain("a.stage.t");
    assertThat(send(stranger, "DELETE", "/v1/crawlers/a.stage.t", "").statusCode()).isEqualTo(404);

    assertThat(send(crawler, "DELETE", "/v1/crawlers/a.stage.t", "").statusCode()).isEqualTo(200);
    assertThat(send(crawler, "GET", "/v1/crawlers", "").body()).doesNotContain("a.stage.t");
    put("raw/a/t/2.csv", "id\n2\n");
    assertThat(lake.sql(CRAWLER, "SELECT id FROM a.stage.t")).containsExactly("{\"id\":1}");
  }

  @Test
  void whatCannotBeIsRefused() throws Exception {
    assertThat(crawl("raw").body()).contains("CRAWL_INVALID");
    assertThat(crawl("raw/a/nothing").body()).contains("CRAWL_EMPTY");
    assertThat(crawl("raw/A B/x").body()).contains("CRAWL_INVALID");
  }

  private HttpResponse<String> crawl(String place) throws Exception {
    return ask(crawler, place, "", false);
  }

  private HttpResponse<String> crawl(String place, String into) throws Exception {
    return ask(crawler, place, into, false);
  }

  private HttpResponse<String> ask(String token, String place, String into, boolean dryRun)
      throws Exception {
    var body = Json.object().put("place", place).put("dry_run", dryRun);
    if (!into.isEmpty()) {
      body.put("into", into);
    }
    return send(token, "POST", "/v1/crawls", Json.print(body));
  }

  private HttpResponse<String> send(String token, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(listener.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .timeout(Duration.ofMinutes(2))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static JsonNode only(HttpResponse<String> answer) {
    JsonNode tables = Json.parse(answer.body()).path("tables");
    assertThat(tables).as(answer.body()).hasSize(1);
    return tables.get(0);
  }

  private static List<String> names(HttpResponse<String> answer) {
    return Json.parse(answer.body())
        .path("tables")
        .valueStream()
        .map(table -> table.path("name").asText())
        .toList();
  }

  private static String columns(JsonNode table) {
    return table
        .path("columns")
        .valueStream()
        .map(column -> column.path("name").asText() + " " + column.path("type").asText())
        .collect(Collectors.joining(", "));
  }

  private static String evidence(JsonNode table, String name) {
    return table
        .path("columns")
        .valueStream()
        .filter(column -> column.path("name").asText().equals(name))
        .map(column -> column.path("evidence").asText())
        .collect(Collectors.joining());
  }

  private String token(String user) {
    return lake.database.write(tx -> {
      lake.governance.principals().create(tx, Principal.user(user), Grant.CLI);
      return lake.governance.tokens().create(tx, user, Duration.ofHours(1)).text().reveal();
    });
  }
}
