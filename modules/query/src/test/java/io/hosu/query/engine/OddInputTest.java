package io.hosu.query.engine;

import static io.hosu.query.engine.TestEngines.csv;
import static io.hosu.query.engine.TestEngines.object;
import static io.hosu.query.engine.TestEngines.request;
import static io.hosu.query.engine.TestEngines.shared;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException.Invalid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects as nobody should write them: read without loss, or refused with the true reason. */
class OddInputTest {
  private static final ReadOptions STANDARD = ReadOptions.standard();
  private static final ReadOptions QUARANTINE = STANDARD.with(BadRecords.QUARANTINE);

  @TempDir Path directory;

  private EngineSession open(ReadOptions options, InputFile... files) {
    return shared().open(request(new EngineInput(List.of(files), options, List.of())));
  }

  private InputFile file(String key, String text) throws IOException {
    return object(directory, key, text.getBytes(UTF_8), STANDARD);
  }

  private InputFile file(String key, byte[] bytes) throws IOException {
    return object(directory, key, bytes, STANDARD);
  }

  private Invalid failure(InputFile... files) {
    try (EngineSession session = open(STANDARD, files)) {
      csv(session, "SELECT * FROM input");
    } catch (Invalid e) {
      return e;
    }
    throw new AssertionError("No failure.");
  }

  private void isRefused(InputFile file, QueryError code, long line, String... words) {
    Invalid e = failure(file);
    assertThat(e.code()).as(e.what()).isEqualTo(code);
    assertThat(e.what()).contains(file.object());
    assertThat(words).allSatisfy(word -> assertThat(e.what()).contains(word));
    assertThat(e.place().orElseThrow().object()).isEqualTo(file.object());
    assertThat(e.place().orElseThrow().line()).as(e.what()).isEqualTo(line);
  }

  private String rows(InputFile... files) {
    try (EngineSession session = open(STANDARD, files)) {
      return csv(session, "SELECT * FROM input");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[", "[{\"a\":1},", "[{\"a\":1}", "[{\"a\":1},{\"a\":2}, ", "[{\"a\":1},{\"a\""})
  void anArrayThatIsCutOffNeverGivesFewerRows(String text) throws Exception {
    isRefused(file("cut.json", text), QueryError.OBJECT_TRUNCATED, 1, "closing bracket");
    isRefused(
        file("lines.json", text.replace("{", "\n{")),
        QueryError.OBJECT_TRUNCATED,
        1 + text.chars().filter(c -> c == '{').count(),
        "closing bracket");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[{\"a\":1}]]", "[{\"a\":1}] x", "[{\"a\":1},]", "[{\"a\":1},,{\"a\":2}]"})
  void nothingButWhiteSpaceFollowsAnArrayOrStandsBetweenCommas(String text) throws Exception {
    isRefused(file("more.json", text), QueryError.BAD_RECORD, 1);
    assertThat(rows(file("fine.json", " [{\"a\":1}] \n\t\n"))).isEqualTo("a\n1\n");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\0',
      delimiter = ';',
      value = {
        "null;null",
        "3;a number",
        "\"s\";a text",
        "[{\"a\":2}];a list",
        "true;true or false",
        "{\"\":1};no name",
        "{\"a\\u0000\":1};U+0000"
      })
  void anElementThatIsNoRecordIsNamedWithItsLine(String element, String what) throws Exception {
    String text = "[{\"a\":1},\n%s,\n{\"a\":4}]".formatted(element);
    isRefused(file("mixed.json", text), QueryError.BAD_RECORD, 2, what, element);
    String lines = "{\"a\":1}\n%s\n{\"a\":4}\n".formatted(element);
    isRefused(file("mixed.jsonl", lines), QueryError.BAD_RECORD, 2, what, element);
  }

  @Test
  void textThatNestsTooDeepIsTheObjectsFault() throws Exception {
    String deep = "[{\"a\":1},\n{\"a\":" + "[".repeat(127) + "]".repeat(127) + "}]";
    isRefused(file("deep.json", deep), QueryError.BAD_RECORD, 2, "128");
    String fits = "[{\"a\":" + "[".repeat(126) + "]".repeat(126) + "}]";
    assertThat(rows(file("fits.json", fits))).startsWith("a\n");
  }

  @Test
  void anEmptyArrayGivesNoRowsBesideOthers() throws Exception {
    InputFile none = file("none.json", "[ ]\n");
    try (EngineSession session = open(STANDARD, none, file("one.json", "[{\"a\":1}]"))) {
      Batch batch = session.keep("SELECT a, _object FROM __input", List.of());
      assertThat(csv(session, "FROM batch")).isEqualTo("a,_object\n1,raw/one.json\n");
      assertThat(batch.reading().empty()).containsExactly("raw/none.json");
    }
    Invalid alone = failure(none);
    assertThat(alone.code()).isEqualTo(QueryError.NO_RECORDS);
    assertThat(alone.what()).contains("No object of the batch has a record", "raw/none.json");
    assertThat(failure(none, file("none.csv", "")).code()).isEqualTo(QueryError.EMPTY_OBJECT);
  }

  @Test
  void aRecordOfManyKeysOfOneTypeIsARecord() throws Exception {
    String keys =
        IntStream.range(0, 500)
            .mapToObj(i -> "\"k%d\":%d".formatted(i, i))
            .collect(Collectors.joining(","));
    try (EngineSession session = open(STANDARD, file("wide.json", "[{" + keys + "}]"))) {
      assertThat(session.describe("SELECT * FROM input")).hasSize(500);
      assertThat(csv(session, "SELECT k0, k499 FROM input")).isEqualTo("k0,k499\n0,499\n");
    }
  }

  @Test
  void noDigitOfAJsonNumberIsLost() throws Exception {
    InputFile file =
        file(
            "n.json",
            """
            [{"big":123456789012345678901234567890,"huge":1e400,"fine":0.12345678901234567891,
              "u":18446744073709551615,"mixed":9007199254740993,"d":0.1,"s":{"x":[1e-400]}},
             {"big":1,"huge":2.50,"fine":3,"u":1,"mixed":1.5,"d":12345.678901234567,"s":{"x":[2]}}]
            """);
    assertThat(rows(file))
        .isEqualTo(
            """
            big,huge,fine,u,mixed,d,s
            123456789012345678901234567890,1e400,0.12345678901234567891,18446744073709551615,9007199254740993,0.1,"{""x"":[""1e-400""]}"
            1,2.50,3,1,1.5,12345.678901234567,"{""x"":[""2""]}"
            """);
  }

  @Test
  void aKeyWhoseNumbersAreTextsInOneObjectIsTextInAll() throws Exception {
    InputFile small = file("small.json", "[{\"a\":1}]");
    InputFile big = file("big.json", "[{\"a\":123456789012345678901234567890}]");
    assertThat(rows(small, big)).isEqualTo("a\n1\n123456789012345678901234567890\n");
  }

  @Test
  void bytesAfterAGzipStreamAreRefusedButPaddingIsNot() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : List.of("a\n1\n", "2\n")) {
      try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
        out.write(part.getBytes(UTF_8));
      }
    }
    assertThat(rows(file("two.csv.gz", bytes.toByteArray()))).isEqualTo("a\n1\n2\n");
    bytes.write(new byte[1000]);
    assertThat(rows(file("padded.csv.gz", bytes.toByteArray()))).isEqualTo("a\n1\n2\n");
    bytes.write('x');
    isRefused(
        file("more.csv.gz", bytes.toByteArray()), QueryError.OBJECT_UNREADABLE, 0, "other bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"e.csv.gz", "e.csv.zst", "e.json.gz"})
  void aPackedObjectWithoutAByteIsEmpty(String key) throws Exception {
    Invalid e = failure(file(key, ""));
    assertThat(e.code()).as(e.what()).isEqualTo(QueryError.EMPTY_OBJECT);
  }

  @Test
  void aBrokenZstdStreamIsSaidToBeBroken() throws Exception {
    byte[] bytes = {0x28, (byte) 0xB5, 0x2F, (byte) 0xFD, 0x27, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
    Invalid e = failure(file("b.csv.zst", bytes));
    assertThat(e.code()).isEqualTo(QueryError.OBJECT_UNREADABLE);
    assertThat(e.what()).doesNotContain("offset").contains("raw/b.csv.zst");
  }

  @ParameterizedTest
  @ValueSource(strings = {"_object", "_line", "_OBJECT", "_Line", "__file"})
  void aColumnNamedAsWhereARecordIsFromIsRefused(String name) throws Exception {
    InputFile delimited = file("r.csv", "a,%s\n1,2\n".formatted(name));
    isRefused(delimited, QueryError.COLUMN_RESERVED, 0, name);
    InputFile lines = file("r.jsonl", "{\"a\":1,\"%s\":2}\n".formatted(name));
    isRefused(lines, QueryError.COLUMN_RESERVED, 0, name);
    Invalid e = failure(file("f.json", "{\"a\":1}"), file("s.json", "{\"%s\":2}".formatted(name)));
    assertThat(e.place().orElseThrow().object()).isEqualTo("raw/s.json");
    Path out = Files.createDirectories(directory.resolve("out-" + name));
    Path parquet = TestEngines.parquet(out, "SELECT 1 AS \"%s\"".formatted(name));
    InputFile columnar =
        new InputFile(parquet, "raw/r.parquet", FileFormat.PARQUET, Compression.NONE);
    isRefused(columnar, QueryError.COLUMN_RESERVED, 0, name);
  }

  @Test
  void linesThatEndInDifferentWaysAreReadEachWithItsNumber() throws Exception {
    String text = "a,b\r\n1,x\n2,\"y\r\nz\"\r3,\"q\"\"\rr\"\r\n\n4,w";
    for (ReadOptions options : List.of(STANDARD, QUARANTINE)) {
      try (EngineSession session = open(options, file("ends.csv", text))) {
        assertThat(csv(session, "SELECT a, b, _line FROM __input"))
            .isEqualTo("a,b,_line\n1,x,2\n2,\"y\r\nz\",3\n3,\"q\"\"\rr\",5\n4,w,8\n");
      }
    }
  }

  @Test
  void onlyBadRecordsAreSetAsideWhereLinesEndInDifferentWays() throws Exception {
    InputFile file = file("bad.csv", "a,b\n1,x\r\n2\r3,y,z\n4,w\n");
    try (EngineSession session = open(QUARANTINE, file)) {
      Batch batch = session.keep("SELECT a, _line FROM __input", List.of());
      assertThat(csv(session, "FROM batch")).isEqualTo("a,_line\n1,2\n4,5\n");
      assertThat(batch.reading().rejects()).extracting(Reject::line).containsExactly(3L, 4L);
    }
  }

  @Test
  void bytesThatAreNotUtf8AreFoundWhereverTheyStandAndShownOneByOne() throws Exception {
    byte[] early = "a,b\nRen\u00e9,Pen\n".getBytes(ISO_8859_1);
    byte[] late = ("a,b\n" + "1,x\n".repeat(50_000) + "Ren\u00e9,Pen\n").getBytes(ISO_8859_1);
    for (byte[] bytes : List.of(early, late)) {
      InputFile file = file("latin.csv", bytes);
      long line = bytes.length == early.length ? 2 : 50_002;
      isRefused(file, QueryError.BAD_RECORD, line, "Ren\uFFFD,Pen");
      try (EngineSession session = open(STANDARD, file)) {
        csv(session, "SELECT count(b) FROM input");
        throw new AssertionError("No failure, though only another column is read.");
      } catch (Invalid e) {
        assertThat(e.place().orElseThrow().line()).isEqualTo(line);
      }
      try (EngineSession session = open(QUARANTINE, file)) {
        Batch batch = session.keep("SELECT b FROM input", List.of());
        assertThat(batch.reading().rejects())
            .extracting(Reject::line, Reject::text)
            .containsExactly(org.assertj.core.groups.Tuple.tuple(line, "Ren\uFFFD,Pen"));
      }
    }
  }

  @Test
  void whatIsUtf8IsTakenForIt() throws Exception {
    String odd = "\u00e9\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff";
    assertThat(rows(file("u.csv", "a\n" + odd + "\n"))).isEqualTo("a\n" + odd + "\n");
    for (int[] wrong :
        new int[][] {
          {0x80}, {0xC0, 0x80}, {0xE0, 0x80, 0x80}, {0xED, 0xA0, 0x80}, {0xF5}, {0xC3}
        }) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write("a\nx\n".getBytes(UTF_8));
      for (int b : wrong) {
        bytes.write(b);
      }
      isRefused(file("w.csv", bytes.toByteArray()), QueryError.BAD_RECORD, 3, "UTF-8");
    }
  }

  @Test
  void zerosInTheHeaderAreTheObjectsFault() throws Exception {
    isRefused(file("z.csv", "a\0b,c\n1,2\n"), QueryError.OBJECT_UNREADABLE, 1, "U+0000");
    isRefused(file("zeros.csv", new byte[1000]), QueryError.OBJECT_UNREADABLE, 1, "U+0000");
    isRefused(file("zeros.json", new byte[1000]), QueryError.BAD_RECORD, 1);
  }

  @Test
  void otherControlCharactersMayStandInNames() throws Exception {
    assertThat(rows(file("c.csv", "\"a\nb\",c\u0001\n1,2\n"))).isEqualTo("\"a\nb\",c\u0001\n1,2\n");
  }

  @Test
  void noDigitOfANumberInDelimitedTextIsLost() throws Exception {
    InputFile file =
        file(
            "n.csv",
            """
            whole,long,digits,huge,tiny,fine,mixed
            1,12345678901234567890,0.1234567890123456789,1e400,1e-400,0.10000000000000001,9007199254740993
            2,-1,2,2,2,12345.678901234567,1.5
            """);
    try (EngineSession session = open(STANDARD, file)) {
      assertThat(session.describe("SELECT * FROM input"))
          .extracting(Column::type)
          .containsExactly(
              "BIGINT", "DECIMAL(38,0)", "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE", "VARCHAR");
      assertThat(csv(session, "SELECT * FROM input"))
          .isEqualTo(
              """
              whole,long,digits,huge,tiny,fine,mixed
              1,12345678901234567890,0.1234567890123456789,1e400,1e-400,0.1,9007199254740993
              2,-1,2,2,2,12345.678901234567,1.5
              """);
    }
  }

  @Test
  void aLongNumberBehindTheSampleKeepsItsDigits() throws Exception {
    String rows = "1,1.5\n".repeat(30_000);
    InputFile file =
        file("late.csv", "a,b\n" + rows + "12345678901234567890,1.00000000000000000001\n");
    try (EngineSession session = open(STANDARD, file)) {
      Batch batch = session.keep("SELECT * FROM input", List.of());
      assertThat(batch.columns())
          .extracting(Column::type)
          .containsExactly("DECIMAL(38,0)", "VARCHAR");
      assertThat(csv(session, "SELECT * FROM batch WHERE a > 1"))
          .isEqualTo("a,b\n12345678901234567890,1.00000000000000000001\n");
    }
    try (EngineSession session = open(QUARANTINE, file)) {
      Batch batch = session.keep("SELECT * FROM input", List.of());
      assertThat(batch.columns()).extracting(Column::type).containsExactly("BIGINT", "DOUBLE");
      assertThat(batch.reading().rejects()).extracting(Reject::line).containsExactly(30_002L);
    }
  }

  private static String wide(int columns, int rows) {
    String names =
        IntStream.range(0, columns)
            .mapToObj(i -> "c" + i)
            .collect(Collectors.joining(",", "", "\n"));
    String row =
        IntStream.range(0, columns)
            .mapToObj(i -> List.of("1", "2.5", "x", "2024-01-02", "").get(i % 5))
            .collect(Collectors.joining(",", "", "\n"));
    return names + row.repeat(rows);
  }

  @Test
  void aThousandColumnsAreReadInAnEngineOfUsualSize() throws Exception {
    for (ReadOptions options : List.of(STANDARD, QUARANTINE)) {
      try (EngineSession session = open(options, file("wide.csv", wide(1000, 50)))) {
        assertThat(session.keep("SELECT * FROM input", List.of()).columns())
            .hasSize(1000)
            .extracting(Column::type)
            .startsWith("BIGINT", "DOUBLE", "VARCHAR", "DATE", Column.UNKNOWN)
            .endsWith("BIGINT", "DOUBLE", "VARCHAR", "DATE", Column.UNKNOWN);
      }
    }
  }

  @Test
  void aBadValueAmongManyColumnsIsSetAsideWithItsColumn() throws Exception {
    String text = wide(1000, 50) + wide(1000, 1).lines().skip(1).findFirst().orElseThrow();
    String bad = text.substring(0, text.length() - "2024-01-02,".length()) + "no%day,";
    try (EngineSession session = open(QUARANTINE, file("wide.csv", bad))) {
      Reading reading = session.keep("SELECT * FROM input", List.of()).reading();
      assertThat(reading.rejects()).hasSize(1);
      assertThat(reading.rejects().getFirst().line()).isEqualTo(52);
      assertThat(reading.rejects().getFirst().reason())
          .isEqualTo("Column 'c998' is to be DATE, but is \"no%day\".");
    }
  }

  @Test
  void moreColumnsThanCanBeReadAreRefused() throws Exception {
    isRefused(file("w.csv", wide(2001, 1)), QueryError.TOO_MANY_COLUMNS, 0, "2,001", "2,000");
    String keys =
        IntStream.range(0, 2001)
            .mapToObj(i -> "\"k%d\":1".formatted(i))
            .collect(Collectors.joining(","));
    isRefused(file("w.json", "{" + keys + "}"), QueryError.TOO_MANY_COLUMNS, 0, "2,001");
  }

  private EngineSession openWanting(InputFile... files) {
    Map<String, String> wanted = Map.of("Name", "VARCHAR", "amount", "DOUBLE");
    return shared().open(request(new EngineInput(List.of(files), STANDARD, List.of(), wanted)));
  }

  @Test
  void columnsAreReadAsTheTypesTheyHadBeforeWhereNothingIsLost() throws Exception {
    InputFile delimited = file("w.csv", "name,amount,n\n007,5,1\n1.50,6,2\n");
    try (EngineSession session = openWanting(delimited)) {
      assertThat(csv(session, "SELECT * FROM input"))
          .isEqualTo("name,amount,n\n007,5.0,1\n1.50,6.0,2\n");
    }
    InputFile json = file("w.json", "[{\"name\":7,\"amount\":5,\"n\":1}]");
    try (EngineSession session = openWanting(json)) {
      assertThat(session.describe("SELECT * FROM input"))
          .extracting(Column::type)
          .containsExactly("VARCHAR", "DOUBLE", "BIGINT");
      assertThat(csv(session, "SELECT * FROM input")).isEqualTo("name,amount,n\n7,5.0,1\n");
    }
  }

  @Test
  void integersThatNoDoubleHoldsStayIntegersWhateverIsWanted() throws Exception {
    for (InputFile file :
        List.of(
            file("i.csv", "amount\n9007199254740993\n"),
            file("i.json", "[{\"amount\":9007199254740993}]"))) {
      try (EngineSession session = openWanting(file)) {
        Batch batch = session.keep("SELECT * FROM input", List.of());
        assertThat(batch.columns()).extracting(Column::type).containsExactly("BIGINT");
        assertThat(csv(session, "FROM batch")).isEqualTo("amount\n9007199254740993\n");
      }
    }
  }

  @Test
  void sqlThatNeedsTheTypesOfTheValuesGetsThem() throws Exception {
    for (InputFile file : List.of(file("s.csv", "name\n7\n"), file("s.json", "[{\"name\":7}]"))) {
      try (EngineSession session = openWanting(file)) {
        Batch batch = session.keep("SELECT abs(name) + 1 AS next FROM input", List.of());
        assertThat(batch.columns()).extracting(Column::type).containsExactly("BIGINT");
      }
    }
  }
}
