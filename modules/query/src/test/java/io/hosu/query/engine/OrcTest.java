package io.hosu.query.engine;

import static io.hosu.query.engine.TestEngines.csv;
import static io.hosu.query.engine.TestEngines.object;
import static io.hosu.query.engine.TestEngines.request;
import static io.hosu.query.engine.TestEngines.shared;
import static io.trino.spi.type.BigintType.BIGINT;
import static io.trino.spi.type.BooleanType.BOOLEAN;
import static io.trino.spi.type.DateType.DATE;
import static io.trino.spi.type.DoubleType.DOUBLE;
import static io.trino.spi.type.IntegerType.INTEGER;
import static io.trino.spi.type.RealType.REAL;
import static io.trino.spi.type.SmallintType.SMALLINT;
import static io.trino.spi.type.TimestampType.TIMESTAMP_MICROS;
import static io.trino.spi.type.TimestampWithTimeZoneType.TIMESTAMP_TZ_MICROS;
import static io.trino.spi.type.TinyintType.TINYINT;
import static io.trino.spi.type.VarbinaryType.VARBINARY;
import static io.trino.spi.type.VarcharType.VARCHAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.airlift.slice.Slices;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.engine.Looker.Looked;
import io.trino.orc.metadata.CompressionKind;
import io.trino.spi.PageBuilder;
import io.trino.spi.block.ArrayBlockBuilder;
import io.trino.spi.block.MapBlockBuilder;
import io.trino.spi.block.RowBlockBuilder;
import io.trino.spi.type.ArrayType;
import io.trino.spi.type.DecimalType;
import io.trino.spi.type.Int128;
import io.trino.spi.type.LongTimestampWithTimeZone;
import io.trino.spi.type.MapType;
import io.trino.spi.type.RowType;
import io.trino.spi.type.TimeZoneKey;
import io.trino.spi.type.Type;
import io.trino.spi.type.TypeOperators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of ORC. */
class OrcTest {
  private static final DecimalType PRICE = DecimalType.createDecimalType(9, 2);
  private static final DecimalType LARGE = DecimalType.createDecimalType(38, 0);
  private static final RowType PLACE =
      RowType.from(List.of(RowType.field("lat", DOUBLE), RowType.field("name", VARCHAR)));

  @TempDir private Path directory;
  private final Looker looker = new Looker(shared());

  private static Map<String, Type> columns() {
    Map<String, Type> columns = new LinkedHashMap<>();
    columns.put("id", BIGINT);
    columns.put("small", SMALLINT);
    columns.put("tiny", TINYINT);
    columns.put("whole", INTEGER);
    columns.put("ratio", DOUBLE);
    columns.put("part", REAL);
    columns.put("ok", BOOLEAN);
    columns.put("name", VARCHAR);
    columns.put("bytes", VARBINARY);
    columns.put("day", DATE);
    columns.put("at", TIMESTAMP_MICROS);
    columns.put("utc", TIMESTAMP_TZ_MICROS);
    columns.put("price", PRICE);
    columns.put("large", LARGE);
    columns.put("tags", new ArrayType(VARCHAR));
    columns.put("place", PLACE);
    columns.put("sizes", new MapType(VARCHAR, INTEGER, new TypeOperators()));
    return columns;
  }

  private static void add(PageBuilder page, int n) {
    BIGINT.writeLong(page.getBlockBuilder(0), n);
    SMALLINT.writeLong(page.getBlockBuilder(1), -n);
    TINYINT.writeLong(page.getBlockBuilder(2), n % 100);
    INTEGER.writeLong(page.getBlockBuilder(3), n * 3L);
    if (n % 2 == 0) {
      DOUBLE.writeDouble(page.getBlockBuilder(4), n + 0.25);
    } else {
      page.getBlockBuilder(4).appendNull();
    }
    REAL.writeFloat(page.getBlockBuilder(5), 1.5f);
    BOOLEAN.writeBoolean(page.getBlockBuilder(6), n % 3 == 0);
    VARCHAR.writeSlice(page.getBlockBuilder(7), Slices.utf8Slice("Köln " + n % 50));
    VARBINARY.writeSlice(page.getBlockBuilder(8), Slices.wrappedBuffer((byte) 1, (byte) -1));
    DATE.writeLong(page.getBlockBuilder(9), LocalDate.parse("2026-01-01").toEpochDay() + n);
    TIMESTAMP_MICROS.writeLong(
        page.getBlockBuilder(10),
        Instant.parse("1969-12-31T23:59:58Z").getEpochSecond() * 1_000_000 + 765_433L);
    TIMESTAMP_TZ_MICROS.writeObject(
        page.getBlockBuilder(11),
        LongTimestampWithTimeZone.fromEpochMillisAndFraction(
            Instant.parse("2026-01-01T10:00:00.5Z").toEpochMilli(), 0, TimeZoneKey.UTC_KEY));
    PRICE.writeLong(page.getBlockBuilder(12), 1250L + n);
    LARGE.writeObject(page.getBlockBuilder(13), Int128.valueOf("12345678901234567890123456789"));
    ((ArrayBlockBuilder) page.getBlockBuilder(14))
        .buildEntry(element -> {
          VARCHAR.writeSlice(element, Slices.utf8Slice("a"));
          element.appendNull();
        });
    ((RowBlockBuilder) page.getBlockBuilder(15))
        .buildEntry(fields -> {
          DOUBLE.writeDouble(fields.get(0), 1.5);
          fields.get(1).appendNull();
        });
    ((MapBlockBuilder) page.getBlockBuilder(16))
        .buildEntry((keys, values) -> {
          VARCHAR.writeSlice(keys, Slices.utf8Slice("xl"));
          INTEGER.writeLong(values, n);
        });
  }

  @ParameterizedTest
  @EnumSource(CompressionKind.class)
  void typesAreWhatTheValuesAreHoweverTheFileIsPacked(CompressionKind packing) throws IOException {
    ObjectLook look = look("a.orc", OrcFiles.of(packing, columns(), 3000, OrcTest::add));

    assertThat(look.problem()).isEmpty();
    assertThat(look.read().map(form -> form.format())).contains(FileFormat.ORC);
    assertThat(look.records()).isEqualTo(3000);
    assertThat(look.whole()).isTrue();
    assertThat(types(look))
        .isEqualTo(
            "id BIGINT, small BIGINT, tiny BIGINT, whole BIGINT, ratio DOUBLE, part DOUBLE, ok BOOLEAN,"
                + " name VARCHAR, bytes VARCHAR, day DATE, at TIMESTAMP, utc TIMESTAMPTZ, price DOUBLE,"
                + " large DECIMAL(38,0), tags VARCHAR[], place STRUCT(\"lat\" DOUBLE, \"name\" VARCHAR),"
                + " sizes STRUCT(\"xl\" BIGINT)");
  }

  @Test
  void ofManyRowsTheFirstAreLookedAt() throws IOException {
    ObjectLook look = look("a", OrcFiles.of(CompressionKind.ZSTD, columns(), 10_001, OrcTest::add));

    assertThat(look.records()).isEqualTo(10_000);
    assertThat(look.whole()).isFalse();
  }

  @Test
  void aFileWithoutRowsIsEmpty() throws IOException {
    assertThat(
            look("a.orc", OrcFiles.of(CompressionKind.ZLIB, columns(), 0, OrcTest::add)).isEmpty())
        .isTrue();
  }

  @Test
  void aStageReadsEveryValueAsItIs() throws IOException {
    byte[] file = OrcFiles.of(CompressionKind.SNAPPY, columns(), 20_000, OrcTest::add);

    try (EngineSession session = open("a.orc", file)) {
      assertThat(csv(session, "SELECT * FROM input WHERE id = 2"))
          .contains("2,-2,2,6,2.25,1.5,false,Köln 2,Af8=,2026-01-03")
          .contains("1969-12-31T23:59:58.765433", "2026-01-01 10:00:00.500+00", "12.52")
          .contains("12345678901234567890123456789", "[\"\"a\"\",null]", "{\"\"lat\"\":1.5}");
      assertThat(csv(session, "SELECT count(*), sum(id), count(ratio), sum(sizes.xl) FROM input"))
          .endsWith("\n20000,199990000,10000,199990000\n");
      assertThat(csv(session, "SELECT _object, _line FROM __input WHERE id = 19999"))
          .endsWith("\nraw/a.orc,20000\n");
    }
  }

  @Test
  void aLargeFileNeedsNoMoreMemoryThanAnEngineHas() throws IOException {
    Map<String, Type> columns = new LinkedHashMap<>();
    columns.put("id", BIGINT);
    columns.put("text", VARCHAR);
    Random random = new Random(1);
    byte[] file =
        OrcFiles.of(
            CompressionKind.NONE,
            columns,
            300_000,
            (page, n) -> {
              BIGINT.writeLong(page.getBlockBuilder(0), n);
              byte[] text = new byte[500];
              for (int i = 0; i < text.length; i++) {
                text[i] = (byte) ('a' + random.nextInt(26));
              }
              VARCHAR.writeSlice(page.getBlockBuilder(1), Slices.wrappedBuffer(text));
            });

    assertThat(file.length).isGreaterThan(100 << 20);
    try (EngineSession session = open("a.orc", file)) {
      assertThat(csv(session, "SELECT count(*), sum(id), min(length(text)) FROM input"))
          .endsWith("\n300000,44999850000,500\n");
    }
  }

  @Test
  void whatIsBrokenOrPackedOnceMoreIsRefusedWithTheReason() throws IOException {
    byte[] file = OrcFiles.of(CompressionKind.ZLIB, columns(), 100, OrcTest::add);

    assertThat(look("a.orc", Arrays.copyOf(file, file.length / 2)).problem())
        .contains("ORC is broken");
    assertThat(look("a.orc", Arrays.copyOf(file, 10)).problem()).contains("ORC is broken");
    assertThat(look("a.orc.gz", gzip(file)).problem()).contains("put it without .gz");
    assertThatThrownBy(() -> open("b.orc", Arrays.copyOf(file, file.length / 2)))
        .isInstanceOfSatisfying(
            Invalid.class,
            e -> {
              assertThat(e.code()).isEqualTo(QueryError.OBJECT_UNREADABLE);
              assertThat(e.what()).contains("raw/b.orc", "ORC is broken");
            });
  }

  @ParameterizedTest
  @EnumSource(CompressionKind.class)
  void noBrokenByteHoldsUpOtherObjects(CompressionKind packing) throws IOException {
    Random random = new Random(packing.name().hashCode());
    byte[] file = OrcFiles.of(packing, columns(), 500, OrcTest::add);
    List<Looked> objects = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] broken = file.clone();
      for (int n = 0; n < 1 + i % 3; n++) {
        broken[3 + random.nextInt(broken.length - 3)] = (byte) random.nextInt();
      }
      objects.add(
          new Looked(
              Files.write(directory.resolve("broken-" + i), broken), "raw/%d.orc".formatted(i)));
    }
    objects.add(new Looked(Files.write(directory.resolve("good"), file), "raw/good.orc"));

    List<ObjectLook> looks = looker.look(objects);

    assertThat(looks.getLast().records()).isEqualTo(500);
    assertThat(looks.stream().filter(look -> look.problem().contains("engine"))).isEmpty();
  }

  private EngineSession open(String key, byte[] bytes) throws IOException {
    ReadOptions options = ReadOptions.standard();
    return shared()
        .open(
            request(
                new EngineInput(
                    List.of(object(directory, key, bytes, options)), options, List.of())));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private ObjectLook look(String key, byte[] bytes) throws IOException {
    Path path = Files.write(directory.resolve("blob-" + key), bytes);
    return looker.look(List.of(new Looked(path, "raw/" + key))).getFirst();
  }

  private static String types(ObjectLook look) {
    return look.columns().entrySet().stream()
        .map(column -> column.getKey() + " " + column.getValue().type())
        .collect(Collectors.joining(", "));
  }
}
