package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be read is set aside with a reason and a next step, and the server keeps serving. */
class BadInputTest {
  private static final String HEAD = "id,name,amount\n";
  private static final int NO_LINE = 0;

  @TempDir static Path folder;
  private static SmallLake lake;
  private static int good;
  private long rows;

  @BeforeAll
  static void start() throws Exception {
    lake = SmallLake.start(folder);
  }

  @AfterAll
  static void stop() {
    lake.close();
  }

  @BeforeEach
  void aGoodFileGoesThrough() throws Exception {
    good++;
    lake.put("shop/orders/good-%d.csv".formatted(good), HEAD + good + ",good,1\n");
    rows = rows();
  }

  @AfterEach
  void anotherGoodFileStillGoesThrough() throws Exception {
    long before = rows();
    good++;
    lake.put("shop/orders/good-%d.csv".formatted(good), HEAD + good + ",good,1\n");
    assertThat(rows()).isEqualTo(before + 1);
  }

  private static long rows() throws IOException {
    return Long.parseLong(lake.hosu.sql("SELECT count(*) FROM shop.stage.orders").getFirst());
  }

  @Test
  void anEmptyFileIsSetAsideAndNamed() throws Exception {
    lake.put("shop/orders/empty.csv", "");
    letter("shop/orders/empty.csv", "EMPTY_OBJECT", NO_LINE);
  }

  @Test
  void aTruncatedArchiveIsSetAside() throws Exception {
    lake.put("shop/orders/half.csv.gz", half(packed()));
    letter("shop/orders/half.csv.gz", "OBJECT_TRUNCATED", NO_LINE);
  }

  private static byte[] packed() throws IOException {
    String text =
        IntStream.range(0, 10_000)
            .mapToObj(i -> i + ",n" + i * 7919 % 10_007 + "," + i)
            .collect(Collectors.joining("\n", HEAD, "\n"));
    return packed(text);
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] half(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length / 2);
  }

  @Test
  void anotherCharacterSetIsSetAsideWithTheLine() throws Exception {
    lake.put(
        "shop/orders/latin.csv",
        (HEAD + "1,plain,1\n2,gr\u00fcn,2\n").getBytes(StandardCharsets.ISO_8859_1));
    JsonNode cause = letter("shop/orders/latin.csv", "BAD_RECORD", 3);
    assertThat(cause.path("remedy").asText()).contains("encoding: latin-1");
  }

  @Test
  void aColumnTooManyIsSetAsideWithTheLine() throws Exception {
    lake.put("shop/orders/extra.csv", HEAD + "1,a,1\n2,b,2,3\n3,c,3\n");
    JsonNode cause = letter("shop/orders/extra.csv", "BAD_RECORD", 3);
    assertThat(cause.path("sample").asText()).isEqualTo("2,b,2,3");
    assertThat(cause.path("remedy").asText()).contains("bad_records: quarantine");
  }

  /** Logs are read, and shipped, by others than those who may see the data. */
  @Test
  void theLogSaysWhereItIsAndQuotesNothingOfIt() throws Exception {
    lake.put("shop/orders/secret.csv", HEAD + "1,a,1\n2,SSN-123-45-6789,2,3\n");

    assertThat(lake.deadLetters("shop/orders/secret.csv").toString()).contains("SSN-123-45-6789");
    String log = Files.readString(folder.resolve("data.log"));
    assertThat(log).contains("stage failed", "shop/orders/secret.csv");
    assertThat(log).doesNotContain("SSN-123");
  }

  @Test
  void jsonOfAnotherShapeIsSetAsideAndNamed() throws Exception {
    lake.put("shop/orders/shape.json", "{\"orders\": [{\"id\": 1}]}");
    JsonNode cause = letter("shop/orders/shape.json", "COLUMN_NOT_IN_RECORDS", NO_LINE);
    assertThat(cause.path("what").asText()).contains("id", "orders");
  }

  @Test
  void brokenJsonIsSetAsideWithTheLine() throws Exception {
    lake.put("shop/orders/broken.json", "{\"id\": 1, \"name\":");
    letter("shop/orders/broken.json", "BAD_RECORD", 1);
  }

  @Test
  void aLineOf2GigabytesIsSetAsideWithTheLine() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(packed(HEAD + "1,"));
    byte[] megabyte = packed("x".repeat(1 << 20));
    for (int i = 0; i < 2048; i++) {
      bytes.write(megabyte);
    }
    bytes.write(packed(",1\n"));
    lake.put("shop/orders/endless.csv.gz", bytes.toByteArray());
    JsonNode cause = letter("shop/orders/endless.csv.gz", "BAD_RECORD", 2);
    assertThat(cause.path("remedy").asText()).contains("max_record_bytes");
    assertThat(cause.path("sample").asText()).hasSizeLessThan(2_000);
  }

  @Test
  void aLineOf64MegabytesIsSetAsideWithTheLine() throws Exception {
    lake.put("shop/orders/long.csv", HEAD + "1," + "x".repeat(64 << 20) + ",1\n");
    JsonNode cause = letter("shop/orders/long.csv", "BAD_RECORD", 2);
    assertThat(cause.path("sample").asText().length()).isLessThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two words.csv",
        "gr\u00fcn.csv",
        "50%.csv",
        "50%25.csv",
        "a+b.csv",
        "two\nlines.csv",
        "quote'and\"quote.csv",
        "[a]{b}*?.csv"
      })
  void anOddKeyIsAKeyAsAnyOther(String name) throws Exception {
    String key = "shop/orders/" + name;
    lake.put(key, HEAD + "1,odd,1\n");
    assertThat(lake.deadLetters(key)).isEmpty();
    assertThat(rows()).isEqualTo(rows + 1);
    assertThat(lake.s3.getObjectAsBytes(r -> r.bucket("raw").key(key)).asUtf8String())
        .isEqualTo(HEAD + "1,odd,1\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"elsewhere.csv", "shop/nowhere/orders.csv"})
  void aFileThatNoStageTakesIsSeenInTheEvents(String key) throws Exception {
    lake.put(key, HEAD + "1,a,1\n");
    List<JsonNode> events =
        lake.array("events", "--unmatched", "-o", "json").stream()
            .filter(event -> event.at("/detail/object/key").asText().equals(key))
            .toList();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().path("matched").asInt(-1)).isZero();
    assertThat(lake.deadLetters(key)).isEmpty();
    assertThat(rows()).isEqualTo(rows);
  }

  @Test
  void rejectedRowsGoToTheQuarantineWhereTheStageSaysSo() throws Exception {
    lake.put("shop/sifted/extra.csv", HEAD + "1,a,1\n2,b,2,3\n3,c,3\n");
    assertThat(lake.deadLetters("shop/sifted/extra.csv")).isEmpty();
    assertThat(lake.hosu.sql("SELECT * FROM shop.stage.sifted ORDER BY id"))
        .containsExactly("1,a,1", "3,c,3");
    assertThat(lake.hosu.sql("SELECT object, line, text FROM shop.stage.sifted_quarantine"))
        .containsExactly("raw/shop/sifted/extra.csv,3,\"2,b,2,3\"");
  }

  private JsonNode letter(String key, String code, int line) throws Exception {
    List<JsonNode> letters = lake.deadLetters(key);
    assertThat(letters).hasSize(1);
    JsonNode letter = letters.getFirst();
    assertThat(letter.path("pipeline").asText()).isEqualTo("orders");
    assertThat(letter.path("stage").asText()).isEqualTo("clean");
    JsonNode cause = letter.path("cause");
    assertThat(cause.path("code").asText()).isEqualTo(code);
    assertThat(cause.path("object").asText()).isEqualTo("raw/" + key);
    assertThat(cause.path("line").asInt()).as("line, 0 when there is none").isEqualTo(line);
    assertThat(cause.path("what").asText()).isNotBlank();
    assertThat(cause.path("remedy").asText()).isNotBlank();
    assertThat(rows()).as("rows of a file that was set aside").isEqualTo(rows);
    return cause;
  }
}
