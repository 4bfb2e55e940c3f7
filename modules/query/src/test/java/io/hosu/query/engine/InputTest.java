package io.hosu.query.engine;

import static io.hosu.query.engine.TestEngines.csv;
import static io.hosu.query.engine.TestEngines.object;
import static io.hosu.query.engine.TestEngines.request;
import static io.hosu.query.engine.TestEngines.shared;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.compress.zstd.ZstdOutputStream;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.engine.ReadOptions.Dialect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputTest {
  private static final ReadOptions STANDARD = ReadOptions.standard();
  private static final ReadOptions QUARANTINE = STANDARD.with(BadRecords.QUARANTINE);

  @TempDir Path directory;

  private EngineSession open(ReadOptions options, InputFile... files) {
    return shared().open(request(new EngineInput(List.of(files), options, List.of())));
  }

  private InputFile file(String key, String text) throws IOException {
    return object(directory, key, text.getBytes(UTF_8), STANDARD);
  }

  private Invalid failure(ReadOptions options, String select, InputFile... files) {
    try (EngineSession session = open(options, files)) {
      csv(session, select);
    } catch (Invalid e) {
      return e;
    }
    throw new AssertionError("No failure.");
  }

  private static void isBadRecord(Invalid e, String object, long line, String text) {
    assertThat(e.code()).as(e.what()).isEqualTo(QueryError.BAD_RECORD);
    assertThat(e.place().orElseThrow().object()).isEqualTo(object);
    assertThat(e.place().orElseThrow().line()).as(e.what()).isEqualTo(line);
    assertThat(e.place().orElseThrow().text()).contains(text);
    assertThat(e.what()).contains(object).contains("" + line);
  }

  @Nested
  class DelimitedText {
    @Test
    void typesAreTheFirstThatAllValuesFit() throws Exception {
      InputFile file =
          file(
              "a.csv",
              """
              i,d,b,day,at,utc,t,none
              1,1.5,true,2024-01-02,2024-01-02T03:04:05,2024-01-02 03:04:05Z,x,
              -20,2e3,FALSE,2024-12-31,2024-01-02 03:04:05.25,2024-01-02T03:04:05+01:00,12-1,
              """);
      try (EngineSession session = open(STANDARD, file)) {
        assertThat(session.describe("SELECT * FROM input"))
            .containsExactly(
                new Column("i", "BIGINT"),
                new Column("d", "DOUBLE"),
                new Column("b", "BOOLEAN"),
                new Column("day", "DATE"),
                new Column("at", "TIMESTAMP"),
                new Column("utc", "TIMESTAMP WITH TIME ZONE"),
                new Column("t", "VARCHAR"),
                new Column("none", Column.UNKNOWN));
        assertThat(csv(session, "SELECT i, b, utc FROM input"))
            .isEqualTo(
                "i,b,utc\n1,true,2024-01-02 03:04:05+00\n-20,false,2024-01-02 02:04:05+00\n");
      }
    }

    @Test
    void theProcessorTimeOfLookingAtTheInputIsCounted() throws Exception {
      InputFile file = file("large.csv", "a,b,c\n" + "1,2.5,2026-01-02\n".repeat(100_000));
      SessionRecord record = new SessionRecord();
      EngineInput input = new EngineInput(List.of(file), STANDARD, List.of());
      shared().open(request(input), record).close();
      assertThat(record.cpu()).isPositive();
      assertThat(record.lines())
          .singleElement()
          .asString()
          .endsWith(
              "reads raw/large.csv as CSV with the delimiter ',': a BIGINT, b DOUBLE, c DATE");
    }

    @Test
    void aColumnWhoseFirstValueComesLateHasTheTypeOfItsValues() throws Exception {
      InputFile file = file("late.csv", "a,b\n" + "1,\n".repeat(30_000) + "2,3\n");
      try (EngineSession session = open(STANDARD, file)) {
        assertThat(session.describe("SELECT * FROM input"))
            .containsExactly(new Column("a", "BIGINT"), new Column("b", "BIGINT"));
      }
    }

    @Test
    void typesThatTheFirstRecordsSuggestHoldOnlyWhenTheOthersFitThem() throws Exception {
      StringBuilder text = new StringBuilder("i,d,t,b,day,none,late\n");
      for (int i = 0; i < 5000; i++) {
        text.append(i).append(',').append(i == 900 ? "1.5" : "1").append(',');
        text.append(i == 901 ? "x" : "2").append(',').append(i == 902 ? "t" : "true").append(',');
        text.append(i == 903 ? "2026-01-02 03:04:05" : "2026-01-02").append(",,");
        text.append(i == 904 ? "7" : "").append('\n');
      }
      try (EngineSession session = open(STANDARD, file("f.csv", text.toString()))) {
        assertThat(session.describe("SELECT * FROM input"))
            .containsExactly(
                new Column("i", "BIGINT"),
                new Column("d", "DOUBLE"),
                new Column("t", "VARCHAR"),
                new Column("b", "VARCHAR"),
                new Column("day", "VARCHAR"),
                new Column("none", Column.UNKNOWN),
                new Column("late", "BIGINT"));
      }
    }

    @Test
    void aColumnWithoutAValueFitsEveryFunction() throws Exception {
      InputFile file = file("h.csv", "day,name,delay,x\n");
      String select =
          "SELECT date_trunc('month', day) AS m, upper(name) AS n, length(name) AS l, delay / 2 AS h, x FROM input";
      try (EngineSession session = open(STANDARD, file)) {
        assertThat(session.describe(select)).last().isEqualTo(new Column("x", Column.UNKNOWN));
        assertThat(session.filled(select).rows()).isZero();
      }
    }

    @Test
    void sqlIsWrongForEveryInputOnlyWhenNoTypesCouldMakeItRight() throws Exception {
      InputFile file = file("w.csv", "a,b\nx,1\n");
      assertThat(failure(STANDARD, "SELECT nothing FROM input", file).code())
          .isEqualTo(QueryError.SQL_INVALID);
      assertThat(failure(STANDARD, "SELECT no_function(a) FROM input", file).code())
          .isEqualTo(QueryError.SQL_INVALID);
      assertThat(failure(STANDARD, "SELECT a, sum(b) FROM input", file).code())
          .isEqualTo(QueryError.SQL_INVALID);
      assertThat(failure(STANDARD, "SELECT date_trunc('day', a) FROM input", file).code())
          .isEqualTo(QueryError.SQL_MISFIT);
      assertThat(failure(STANDARD, "SELECT a - 1 FROM input", file).code())
          .isEqualTo(QueryError.SQL_MISFIT);
    }

    @Test
    void delimitersQuotesAndLineEndsAreFoundOut() throws Exception {
      InputFile semicolon = file("s.csv", "a;b\r\n1;\"x;y\"\r\n2;\"q \"\"z\"\"\"\r\n");
      InputFile tab = file("t.tsv", "a\tb\n3\tt\n");
      try (EngineSession session = open(STANDARD, semicolon, tab)) {
        assertThat(csv(session, "SELECT * FROM input"))
            .isEqualTo("a,b\n1,x;y\n2,\"q \"\"z\"\"\"\n3,t\n");
      }
    }

    @Test
    void objectsAndLinesAreKnownAndStayOutOfTheStar() throws Exception {
      InputFile one = file("one.csv", "a,b\n1,\"x\ny\"\n\n2,z\n");
      InputFile two = file("two.csv", "a,b\n3,w\n");
      InputFile other = file("three.csv", "b,c\nv,4\n");
      try (EngineSession session = open(STANDARD, one, two, other)) {
        assertThat(csv(session, "SELECT * FROM input WHERE a = 3")).isEqualTo("a,b,c\n3,w,\n");
        assertThat(csv(session, "SELECT a, b, c, _object, _line FROM __input"))
            .isEqualTo(
                """
                a,b,c,_object,_line
                1,"x
                y",,raw/one.csv,2
                2,z,,raw/one.csv,5
                3,w,,raw/two.csv,2
                ,v,4,raw/three.csv,2
                """);
      }
    }

    @Test
    void withoutAHeaderColumnsAreNumberedOrDeclared() throws Exception {
      InputFile file = file("n.csv", "1,x\n2,y\n");
      ReadOptions options = STANDARD.with(Dialect.standard().withHeader(false));
      try (EngineSession session = open(options, file)) {
        assertThat(csv(session, "SELECT *, _line FROM __input"))
            .startsWith("column0,column1,_object,_line")
            .contains("1,x,raw/n.csv,1,1\n");
      }
      Map<String, String> columns = new java.util.LinkedHashMap<>();
      columns.put("id", "INTEGER");
      columns.put("name", "VARCHAR");
      try (EngineSession session = open(options.withColumns(columns), file)) {
        assertThat(csv(session, "SELECT id + 1 AS next, name FROM input"))
            .isEqualTo("next,name\n2,x\n3,y\n");
      }
    }

    @Test
    void anotherTextCanStandForNoValue() throws Exception {
      ReadOptions options = STANDARD.with(Dialect.standard().withNullText("NA"));
      try (EngineSession session = open(options, file("na.csv", "a,b\n1,NA\nNA,x\n"))) {
        assertThat(csv(session, "SELECT * FROM input")).isEqualTo("a,b\n1,\n,x\n");
      }
    }

    @Test
    void aRecordWithAFieldTooManyIsNamed() throws Exception {
      Invalid e = failure(STANDARD, "SELECT * FROM input", file("m.csv", "a,b\n1,2\n3,4,5\n6,7\n"));
      isBadRecord(e, "raw/m.csv", 3, "3,4,5");
      assertThat(e.what()).contains("2").contains("3");
    }

    @Test
    void aRecordWithAFieldTooFewIsNamed() throws Exception {
      isBadRecord(
          failure(STANDARD, "SELECT * FROM input", file("f.csv", "a,b\n1,2\n3\n")),
          "raw/f.csv",
          3,
          "3");
    }

    @Test
    void aQuoteThatIsNotClosedIsNamed() throws Exception {
      Invalid e = failure(STANDARD, "SELECT * FROM input", file("q.csv", "a,b\n1,2\n3,\"x\n4,5\n"));
      isBadRecord(e, "raw/q.csv", 3, "3,\"x");
    }

    @Test
    void aValueThatTheSqlCannotConvertIsNamedWithItsRecord() throws Exception {
      InputFile file = file("v.csv", "a,b\n1,2\n3,abc\n");
      isBadRecord(
          failure(STANDARD, "SELECT a, CAST(b AS INTEGER) AS b FROM input", file),
          "raw/v.csv",
          3,
          "3,abc");
      isBadRecord(
          failure(STANDARD, "SELECT sum(CAST(trim(b) AS BIGINT)) AS b FROM input", file),
          "raw/v.csv",
          3,
          "3,abc");
    }

    @Test
    void bytesThatAreNotUtf8AreNamedWithTheRemedy() throws Exception {
      InputFile file =
          object(directory, "l.csv", "a,b\n1,x\n2,caf\u00e9\n".getBytes(ISO_8859_1), STANDARD);
      Invalid e = failure(STANDARD, "SELECT * FROM input", file);
      isBadRecord(e, "raw/l.csv", 3, "2,caf");
      assertThat(e.remedy()).contains("encoding: latin-1");
      ReadOptions latin = STANDARD.with(Dialect.standard().withEncoding("latin-1"));
      try (EngineSession session = open(latin, file)) {
        assertThat(csv(session, "SELECT * FROM input")).isEqualTo("a,b\n1,x\n2,café\n");
      }
    }

    @Test
    void byteOrderMarksAreUnderstood() throws Exception {
      InputFile utf8 = file("m8.csv", "\uFEFFa\n1\n");
      InputFile utf16 = object(directory, "m16.csv", "a\n2\n".getBytes(UTF_16), STANDARD);
      try (EngineSession session = open(STANDARD, utf8, utf16)) {
        assertThat(csv(session, "SELECT a + 1 AS a FROM input")).isEqualTo("a\n2\n3\n");
      }
    }

    @Test
    void quarantineSetsBadRecordsAsideAndReadsTheOthers() throws Exception {
      StringBuilder text = new StringBuilder("a,b\n");
      for (int i = 1; i <= 40; i++) {
        text.append(i).append(',').append(i).append('\n');
      }
      text.append("41,x\n42\n43,43\n");
      InputFile file = file("bad.csv", text.toString());
      try (EngineSession session = open(QUARANTINE, file)) {
        Batch batch = session.keep("SELECT * FROM input", List.of());
        assertThat(batch.rows()).isEqualTo(41);
        assertThat(batch.columns()).extracting(Column::type).containsExactly("BIGINT", "BIGINT");
        assertThat(batch.reading().rejected()).isEqualTo(2);
        assertThat(batch.reading().rejects()).extracting(Reject::line).containsExactly(42L, 43L);
        assertThat(batch.reading().rejects().getFirst().text()).isEqualTo("41,x");
        assertThat(batch.reading().rejects().getFirst().reason()).contains("\"x\"");
        assertThat(csv(session, "SELECT count(*) AS n FROM input")).isEqualTo("n\n41\n");
        assertThat(csv(session, "SELECT _line FROM __input WHERE a = 43")).isEqualTo("_line\n44\n");
        assertThat(csv(session, "SELECT _object, _line, _text FROM rejects"))
            .isEqualTo("_object,_line,_text\nraw/bad.csv,42,\"41,x\"\nraw/bad.csv,43,42\n");
      }
    }

    @Test
    void whatWasFoundOutServesTheNextBatchAndYieldsToAnObjectThatDoesNotFit() throws Exception {
      List<ReadHint> hints;
      try (EngineSession session = open(STANDARD, file("h1.csv", "a,b\n1,2\n"))) {
        hints = session.keep("SELECT * FROM input", List.of()).reading().hints();
      }
      assertThat(hints).hasSize(1);
      EngineInput fits = new EngineInput(List.of(file("h2.csv", "a,b\n3,\n")), STANDARD, hints);
      try (EngineSession session = shared().open(request(fits))) {
        assertThat(session.describe("SELECT * FROM input"))
            .extracting(Column::type)
            .containsExactly("BIGINT", "BIGINT");
      }
      EngineInput not = new EngineInput(List.of(file("h3.csv", "a,b\n3,1.5\n")), STANDARD, hints);
      try (EngineSession session = shared().open(request(not))) {
        assertThat(session.keep("SELECT * FROM input", List.of()).columns())
            .extracting(Column::type)
            .containsExactly("BIGINT", "DOUBLE");
      }
    }

    @Test
    void aValueBehindTheSampleWidensItsColumnAndTheWriteIsPlannedAgain() throws Exception {
      ReadOptions sample =
          new ReadOptions(null, Dialect.standard(), Map.of(), BadRecords.FAIL, 1 << 20, 2);
      InputFile file = file("w.csv", "a\n1\n2\n3\n4.5\n");
      SessionRequest request =
          new SessionRequest(
              "",
              List.of(),
              new EngineInput(List.of(file), sample, List.of()),
              directory,
              java.time.Duration.ofSeconds(20));
      List<String> planned = new ArrayList<>();
      try (EngineSession session = shared().open(request)) {
        session.write(
            "SELECT a FROM input",
            columns -> {
              planned.add(columns.getFirst().type());
              return new WriteRequest(
                  List.of(new WriteRequest.Target("a", "a", columns.getFirst().type())),
                  "",
                  List.of(),
                  List.of(),
                  directory,
                  1L << 20);
            });
      }
      assertThat(planned).containsExactly("BIGINT", "DOUBLE");
    }

    @Test
    void aDeclaredColumnThatIsMissingIsNamed() throws Exception {
      Invalid e =
          failure(
              STANDARD.withColumns(Map.of("delay", "INTEGER")),
              "SELECT * FROM input",
              file("d.csv", "a,dely\n1,2\n"));
      assertThat(e.code()).isEqualTo(QueryError.OBJECT_UNREADABLE);
      assertThat(e.what()).contains("did you mean 'dely'");
    }

    @Test
    void aLineLongerThanTheLimitIsRefusedInBoundedMemory() throws Exception {
      Path big = directory.resolve("big");
      try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
        file.write("a,b\n1,".getBytes(UTF_8));
        file.setLength(2L << 30);
      }
      InputFile object = new InputFile(big, "raw/big.csv", FileFormat.CSV, Compression.NONE);
      assertThatThrownBy(
              () -> {
                try (EngineSession session = open(STANDARD, object)) {
                  csv(session, "SELECT count(*) FROM input");
                }
              })
          .isInstanceOfSatisfying(
              HosuException.class,
              e -> {
                assertThat(e.code()).as(e.what()).isEqualTo(QueryError.BAD_RECORD);
                assertThat(e.what()).contains("raw/big.csv").contains("longer");
                assertThat(e.what().length()).isLessThan(3000);
              });
    }
  }

  @Nested
  class JsonText {
    @Test
    void aTextBesideNumbersHasNoQuotationMarks() throws Exception {
      InputFile file =
          file(
              "mixed.jsonl",
              """
              {"a": 1, "b": true, "c": [1], "d": null}
              {"a": "x, \\"y\\"", "b": "no", "c": "z", "d": null}
              {"a": null}
              """);
      try (EngineSession session = open(STANDARD, file)) {
        assertThat(session.describe("SELECT * FROM input"))
            .containsExactly(
                new Column("a", "VARCHAR"),
                new Column("b", "VARCHAR"),
                new Column("c", "JSON"),
                new Column("d", Column.UNKNOWN));
        assertThat(csv(session, "SELECT a, length(a) AS n, b = 'no' AS no FROM input"))
            .isEqualTo("a,n,no\n1,1,false\n\"x, \"\"y\"\"\",6,true\n,,\n");
        assertThat(csv(session, "SELECT c FROM input WHERE a = '1'")).isEqualTo("c\n[1]\n");
      }
    }

    @Test
    void linesArraysAndSingleObjectsAreRead() throws Exception {
      InputFile lines = file("l.jsonl", "{\"id\":1,\"s\":{\"x\":[1,2]}}\n\n{\"id\":2}\n");
      InputFile array = file("a.json", "[{\"id\":3},\n {\"id\":4,\n \"extra\":\"e\"}]");
      InputFile single = file("o.json", "{\"id\":5}");
      try (EngineSession session = open(STANDARD, lines, array, single)) {
        assertThat(csv(session, "SELECT id, s.x[2] AS x, extra, _object, _line FROM __input"))
            .isEqualTo(
                """
                id,x,extra,_object,_line
                1,2,,raw/l.jsonl,1
                2,,,raw/l.jsonl,3
                3,,,raw/a.json,1
                4,,e,raw/a.json,2
                5,,,raw/o.json,1
                """);
        assertThat(session.describe("SELECT s FROM input").getFirst().type())
            .isEqualTo("STRUCT(x BIGINT[])");
      }
    }

    @Test
    void aRareKeyBehindAnySampleIsNotLost() throws Exception {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 30_000; i++) {
        text.append("{\"id\":").append(i).append("}\n");
      }
      text.append("{\"id\":1,\"rare\":true}\n");
      try (EngineSession session = open(STANDARD, file("r.jsonl", text.toString()))) {
        assertThat(csv(session, "SELECT count(rare) AS n FROM input")).isEqualTo("n\n1\n");
      }
    }

    @Test
    void aMalformedRecordIsNamed() throws Exception {
      isBadRecord(
          failure(
              STANDARD, "SELECT * FROM input", file("b.jsonl", "{\"a\":1}\n{\"a\":}\n{\"a\":3}\n")),
          "raw/b.jsonl",
          2,
          "{\"a\":}");
      isBadRecord(
          failure(
              STANDARD,
              "SELECT * FROM input",
              file("b.json", "[{\"a\":1},\n{\"a\":2},\n{\"a\" 3}]")),
          "raw/b.json",
          3,
          "{\"a\" 3}");
    }

    @Test
    void anotherShapeIsNamed() throws Exception {
      for (String text : List.of("[1,2,3]", "\"hello\"", "42")) {
        Invalid e = failure(STANDARD, "SELECT * FROM input", file("s.json", text));
        assertThat(e.code()).as(text).isEqualTo(QueryError.BAD_RECORD);
        assertThat(e.what()).contains("raw/s.json").contains(text);
      }
    }

    @Test
    void quarantineSetsBadLinesAside() throws Exception {
      InputFile file = file("q.jsonl", "{\"a\":1}\n[2]\n{\"a\":\n\n{\"a\":4}\n");
      try (EngineSession session = open(QUARANTINE, file)) {
        Batch batch = session.keep("SELECT a, _line FROM __input", List.of());
        assertThat(batch.rows()).isEqualTo(2);
        assertThat(batch.reading().rejects()).extracting(Reject::line).containsExactly(2L, 3L);
        assertThat(csv(session, "SELECT * FROM batch")).isEqualTo("a,_line\n1,1\n4,5\n");
      }
    }
  }

  @Nested
  class PackedBytes {
    private byte[] gzip(String text) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = new GZIPOutputStream(bytes)) {
        out.write(text.getBytes(UTF_8));
      }
      return bytes.toByteArray();
    }

    private byte[] zstd(String text) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = new ZstdOutputStream(bytes)) {
        out.write(text.getBytes(UTF_8));
      }
      return bytes.toByteArray();
    }

    private String rows() {
      StringBuilder text = new StringBuilder("a,b\n");
      for (int i = 0; i < 20_000; i++) {
        text.append(i).append(",v").append(i * 7919 % 10_007).append('\n');
      }
      return text.toString();
    }

    @Test
    void gzipAndZstdAreUnpacked() throws Exception {
      InputFile gz = object(directory, "a.csv.gz", gzip(rows()), STANDARD);
      InputFile zst = object(directory, "a.csv.zst", zstd(rows()), STANDARD);
      try (EngineSession session = open(STANDARD, gz, zst)) {
        assertThat(csv(session, "SELECT count(*) AS n, max(_line) AS l FROM __input"))
            .isEqualTo("n,l\n40000,20001\n");
      }
    }

    @Test
    void aTruncatedObjectIsNamedAndNeverGivesFewerRows() throws Exception {
      for (String key : List.of("t.csv.gz", "t.csv.zst")) {
        byte[] whole = key.endsWith("gz") ? gzip(rows()) : zstd(rows());
        for (int length : List.of(whole.length / 2, whole.length - 1)) {
          InputFile cut = object(directory, key, Arrays.copyOf(whole, length), STANDARD);
          Invalid e = failure(STANDARD, "SELECT count(*) FROM input", cut);
          assertThat(e.code()).as(key + " " + e.what()).isEqualTo(QueryError.OBJECT_TRUNCATED);
          assertThat(e.what()).contains("raw/" + key);
        }
      }
    }

    @Test
    void anObjectThatIsNotPackedIsNamed() throws Exception {
      for (String key : List.of("n.csv.gz", "n.csv.zst")) {
        Invalid e = failure(STANDARD, "SELECT * FROM input", file(key, "a,b\n1,2\n"));
        assertThat(e.code()).as(e.what()).isEqualTo(QueryError.OBJECT_UNREADABLE);
      }
    }
  }

  @Test
  void parquetKnowsItsRows() throws Exception {
    Path out = java.nio.file.Files.createDirectories(directory.resolve("out"));
    Path parquet = TestEngines.parquet(out, "SELECT range AS a FROM range(3)");
    InputFile file = new InputFile(parquet, "raw/p.parquet", FileFormat.PARQUET, Compression.NONE);
    try (EngineSession session = open(STANDARD, file)) {
      assertThat(csv(session, "SELECT a, _object, _line FROM __input"))
          .isEqualTo("a,_object,_line\n0,raw/p.parquet,1\n1,raw/p.parquet,2\n2,raw/p.parquet,3\n");
      assertThat(csv(session, "SELECT * FROM input")).isEqualTo("a\n0\n1\n2\n");
    }
  }

  @Test
  void whatIsNotParquetIsNamed() throws Exception {
    Invalid e = failure(STANDARD, "SELECT * FROM input", file("x.parquet", "not parquet at all"));
    assertThat(e.code()).isEqualTo(QueryError.OBJECT_UNREADABLE);
    assertThat(e.what()).contains("raw/x.parquet").doesNotContain(directory.toString());
  }

  @Test
  void emptyObjectsGiveNoRowsAndAreTold() throws Exception {
    InputFile empty = file("e.csv", "");
    try (EngineSession session = open(STANDARD, empty, file("f.csv", "a\n1\n"))) {
      Batch batch = session.keep("SELECT * FROM input", List.of());
      assertThat(batch.rows()).isEqualTo(1);
      assertThat(batch.reading().empty()).containsExactly("raw/e.csv");
    }
    assertThat(failure(STANDARD, "SELECT 1", empty).code()).isEqualTo(QueryError.EMPTY_OBJECT);
    EngineInput known =
        new EngineInput(
            List.of(empty),
            STANDARD,
            List.of(new ReadHint(FileFormat.CSV, ",", List.of(new Column("a", "BIGINT")))));
    try (EngineSession session = shared().open(request(known))) {
      assertThat(session.keep("SELECT a, _line FROM __input", List.of()).rows()).isZero();
    }
  }

  @Test
  void aHeaderWithoutRecordsGivesNoRows() throws Exception {
    try (EngineSession session = open(STANDARD, file("h.csv", "a,b\n"))) {
      assertThat(csv(session, "SELECT * FROM input")).isEqualTo("a,b\n");
    }
  }

  @Test
  void aKeyThatSaysNoFormatIsRefusedUnlessOneIsDeclared() {
    assertThatThrownBy(() -> InputFile.of(directory, "raw/data.bin", STANDARD))
        .isInstanceOfSatisfying(
            Invalid.class, e -> assertThat(e.code()).isEqualTo(QueryError.FORMAT_UNKNOWN));
    assertThat(InputFile.of(directory, "raw/data.bin.gz", STANDARD.with(FileFormat.CSV)))
        .isEqualTo(new InputFile(directory, "raw/data.bin.gz", FileFormat.CSV, Compression.GZIP));
  }

  @Test
  void theOrderOfTheInputIsThatOfFilesAndRecords() throws Exception {
    StringBuilder text = new StringBuilder("a\n");
    for (int i = 0; i < 200_000; i++) {
      text.append(i).append('\n');
    }
    InputFile big = file("big.csv", text.toString());
    InputFile small = file("small.csv", "a\n-1\n");
    try (EngineSession session = open(STANDARD, small, big, small)) {
      session.keep("SELECT a FROM input WHERE a % 2 <> 0", List.of());
      assertThat(
              csv(
                  session,
                  """
                  SELECT count(*) AS n, bool_and(a > before OR before IS NULL OR a = -1) AS ordered,
                  arg_min(a, rowid) AS first, arg_max(a, rowid) AS last
                  FROM (SELECT a, rowid, lag(a) OVER (ORDER BY rowid) AS before FROM __batch)\
                  """))
          .isEqualTo("n,ordered,first,last\n100002,true,-1,-1\n");
    }
  }
}
