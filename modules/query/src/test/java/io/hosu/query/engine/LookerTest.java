package io.hosu.query.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.query.engine.Looker.Looked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookerTest {
  private final Looker looker = new Looker(TestEngines.shared());

  @TempDir private Path directory;

  @Test
  void aCsvTellsItsDelimiterItsHeaderAndItsTypes() throws IOException {
    ObjectLook look =
        look(
            "orders.csv",
            """
            id;paid;at;day;amount;zip;note
            1;true;2026-01-02 03:04:05;2026-01-02;1.5;01234;a
            2;false;2026-01-02T03:04:05;2026-1-3;2;99999;"b;
            c"
            """);

    assertThat(look.read().orElseThrow())
        .isEqualTo(new ObjectLook.Form(FileFormat.CSV, ";", "\"", true, "us-ascii"));
    assertThat(types(look))
        .isEqualTo(
            "id BIGINT, paid BOOLEAN, at TIMESTAMP, day DATE, amount DOUBLE, zip VARCHAR, note"
                + " VARCHAR");
    assertThat(look.records()).isEqualTo(2);
    assertThat(look.whole()).isTrue();
  }

  @Test
  void aFirstRecordThatLooksLikeTheOthersIsNoHeader() throws IOException {
    ObjectLook look = look("a.csv", "1,x\n2,y\n");

    assertThat(look.read().orElseThrow().header()).isFalse();
    assertThat(types(look)).isEqualTo("column0 BIGINT, column1 VARCHAR");
    assertThat(look.records()).isEqualTo(2);
  }

  @Test
  void aHeaderAloneHasColumnsWithoutTypes() throws IOException {
    ObjectLook look = look("a.csv", "id,name\n");

    assertThat(look.read().orElseThrow().header()).isTrue();
    assertThat(types(look)).isEqualTo("id VARCHAR, name VARCHAR");
    assertThat(column(look, "id").values()).isZero();
  }

  @Test
  void fewValuesOfAnotherTypeAreRejectedAndTheFirstIsNamed() throws IOException {
    String rows =
        IntStream.rangeClosed(1, 1000)
            .mapToObj(i -> i == 16 || i == 500 ? "x" : String.valueOf(i))
            .collect(Collectors.joining("\n", "n\n", "\n"));

    Tally tally = column(look("a.csv", rows), "n");

    assertThat(tally.type()).isEqualTo("BIGINT");
    assertThat(tally.rejected()).isEqualTo(2);
    assertThat(tally.firstMisfit(ValueForm.BIGINT)).contains(new Tally.Spot("raw/a.csv", 17));
  }

  @Test
  void mixedValuesAreText() throws IOException {
    Tally tally = column(look("a.csv", "n\n1\nx\n2\n"), "n");

    assertThat(tally.type()).isEqualTo("VARCHAR");
    assertThat(tally.count(ValueForm.BIGINT)).isEqualTo(2);
  }

  @Test
  void datesOfOtherOrdersStayTextAndAreToldApart() throws IOException {
    ObjectLook look = look("a.csv", "d,m\n31/12/2026,12/31/2026\n01/02/2026,01/02/2026\n");

    assertThat(types(look)).isEqualTo("d VARCHAR, m VARCHAR");
    assertThat(column(look, "d").count(ValueForm.DAY_FIRST)).isEqualTo(2);
    assertThat(column(look, "d").count(ValueForm.MONTH_FIRST)).isEqualTo(1);
    assertThat(column(look, "m").count(ValueForm.MONTH_FIRST)).isEqualTo(2);
  }

  @Test
  void numbersThatADoubleDoesNotHoldKeepTheirDigits() throws IOException {
    ObjectLook look =
        look("a.csv", "a,b,c\n12345678901234567890,0.12345678901234567890,1e5\n1,2,3\n");

    assertThat(types(look)).isEqualTo("a DECIMAL(38,0), b VARCHAR, c DOUBLE");
  }

  @Test
  void characterSetsAreFoundOut() throws IOException {
    String text = "id,city\n1,Zürich\n2,Köln\n";

    assertThat(encoding("plain.csv", text.getBytes(UTF_8))).isEmpty();
    assertThat(encoding("mark.csv", ("\ufeff" + text).getBytes(UTF_8))).isEmpty();
    assertThat(encoding("latin.csv", text.getBytes(ISO_8859_1))).isEqualTo("latin-1");
    assertThat(encoding("dos.csv", "a,b\n1,€\n".getBytes(Charset.forName("windows-1252"))))
        .isEqualTo("windows-1252");
    assertThat(encoding("marked16.csv", ("\ufeff" + text).getBytes(UTF_16LE))).isEmpty();
    assertThat(encoding("wide.csv", text.getBytes(UTF_16LE))).isEqualTo("utf-16le");
    assertThat(
            types(
                looker
                    .look(
                        List.of(
                            new Looked(write("m", ("\ufeff" + text).getBytes(UTF_8)), "raw/m.csv")))
                    .getFirst()))
        .isEqualTo("id BIGINT, city VARCHAR");
  }

  private String encoding(String key, byte[] bytes) throws IOException {
    ObjectLook look = look(key, bytes);
    assertThat(look.columns()).as(key).hasSize(2);
    return look.read().orElseThrow().encoding();
  }

  @Test
  void packedTextsAreUnpackedAsTheirKeysSay() throws IOException {
    byte[] packed = gzip("a,b\n1,x\n");

    assertThat(types(look("a.csv.gz", packed))).isEqualTo("a BIGINT, b VARCHAR");
    assertThat(look("a.csv", packed).problem()).contains("packed").contains(".gz");
  }

  @Test
  void recordsWithOtherNumbersOfFieldsAreCounted() throws IOException {
    ObjectLook look = look("a.csv", "a,b\n1,2\n3\n4,5\n6,7,8\n9,9\n");

    assertThat(look.oddities()).isEqualTo("2 records have other than 2 fields, first at line 3");
    assertThat(types(look)).isEqualTo("a BIGINT, b BIGINT");
  }

  @Test
  void namesThatComeTwiceAreToldApart() throws IOException {
    assertThat(types(look("a.csv", "a,A,,b c\nx,y,1,2\n")))
        .isEqualTo("a VARCHAR, A_1 VARCHAR, column2 BIGINT, b c BIGINT");
  }

  @Test
  void nestedJsonTellsItsStructure() throws IOException {
    ObjectLook look =
        look(
            "a.jsonl",
            """
            {"id": 1, "at": "2026-01-02T03:04:05Z", "code": "007", "who": {"name": "a", "tags": ["x"]}}
            {"id": 2.5, "who": {"name": null, "age": 3}, "mixed": 1}
            {"id": 3, "who": null, "mixed": {"a": 1}}
            """);

    assertThat(look.read().orElseThrow().format()).isEqualTo(FileFormat.JSON_LINES);
    assertThat(types(look))
        .isEqualTo(
            "id DOUBLE, at TIMESTAMPTZ, code VARCHAR, who STRUCT(\"name\" VARCHAR, \"tags\""
                + " VARCHAR[], \"age\" BIGINT), mixed JSON");
    assertThat(column(look, "at").nulls()).isEqualTo(2);
  }

  @Test
  void jsonIsAListAnObjectOrObjectsInARow() throws IOException {
    assertThat(types(look("a.json", "[{\"a\": 1}, {\"a\": 2}]"))).isEqualTo("a BIGINT");
    assertThat(types(look("b.json", "{\n\"a\": 1\n}"))).isEqualTo("a BIGINT");
    assertThat(look("c.json", "{\"a\": 1} {\"a\": 2}").records()).isEqualTo(2);
    assertThat(look("noending", "{\"a\": 1}\n{\"a\": 2}\n").read().orElseThrow().format())
        .isEqualTo(FileFormat.JSON_LINES);
    assertThat(look("d.json", "[1, 2]").problem()).contains("no JSON objects");
    assertThat(look("e.json", "{\"a\": }").problem()).contains("Line 1");
  }

  @Test
  void jsonThatIsNestedTooDeepIsNotLookedInto() throws IOException {
    String deep = "{\"a\":".repeat(200) + "1" + "}".repeat(200);

    assertThat(types(look("a.json", deep))).startsWith("a STRUCT(").contains("JSON");
    assertThat(look("b.json", "{\"a\":".repeat(5000)).problem()).isNotEmpty();
  }

  @Test
  void badLinesOfJsonAreCounted() throws IOException {
    ObjectLook look = look("a.jsonl", "{\"a\": 1}\n{\"a\": \n[3]\n{\"a\": 4}\n");

    assertThat(look.oddities()).isEqualTo("2 records are no JSON objects, first at line 2");
    assertThat(look.records()).isEqualTo(2);
  }

  @Test
  void parquetTellsItsTypesAndACorruptOneDoesNotHoldUpOthers() throws IOException {
    Path good =
        TestEngines.parquet(
            directory, "SELECT 1::INTEGER AS id, {'a': 1.5} AS s, NULL::DATE AS d, [1] AS l");
    Path bad = write("bad", "PAR1 and nothing more".getBytes(UTF_8));

    List<ObjectLook> looks =
        looker.look(
            List.of(
                new Looked(good, "raw/1.parquet"),
                new Looked(bad, "raw/2.parquet"),
                new Looked(good, "raw/3.parquet")));

    assertThat(types(looks.get(0)))
        .isEqualTo("id INTEGER, s STRUCT(a DECIMAL(2,1)), d DATE, l INTEGER[]");
    assertThat(column(looks.get(0), "d").nulls()).isEqualTo(1);
    assertThat(looks.get(1).problem()).contains("damaged Parquet");
    assertThat(looks.get(2).records()).isEqualTo(1);
  }

  @Test
  void whatStagesDoNotReadIsRefusedWithAWayOut() throws IOException {
    assertThat(look("a.avro", "Obj\u0001abcd").problem()).contains("Avro is broken");
    assertThat(look("a.orc", "ORC abcd").problem()).contains("ORC is broken");
    assertThat(look("a.xml", "<?xml version='1.0'?><a/>").problem()).contains("no records");
    assertThat(look("a.zip", "PK\u0003\u0004abcd").problem()).contains("ZIP archive");
    assertThat(look("a.bin", new byte[] {1, 0, 2, 0, 0, 0, 3, 7}).problem()).contains("neither");
  }

  @Test
  void anEmptyObjectIsEmpty() throws IOException {
    assertThat(look("a.csv", "").isEmpty()).isTrue();
    assertThat(look("b.csv", "\n \n").isEmpty()).isTrue();
    assertThat(look("c.csv.gz", "").isEmpty()).isTrue();
  }

  @Test
  void aQuoteThatIsNeverClosedIsTold() throws IOException {
    ObjectLook look = look("a.csv", "a,b\n1,2\n3,\"x\n4,5\n");

    assertThat(look.problem() + look.oddities()).contains("never closed");
  }

  private ObjectLook look(String key, String text) throws IOException {
    return look(key, text.getBytes(UTF_8));
  }

  private ObjectLook look(String key, byte[] bytes) throws IOException {
    return looker.look(List.of(new Looked(write(key, bytes), "raw/" + key))).getFirst();
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(directory.resolve("blob-" + name), bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static Tally column(ObjectLook look, String name) {
    return Optional.ofNullable(look.columns().get(name)).orElseThrow();
  }

  private static String types(ObjectLook look) {
    return look.columns().entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue().type())
        .collect(Collectors.joining(", "));
  }
}
