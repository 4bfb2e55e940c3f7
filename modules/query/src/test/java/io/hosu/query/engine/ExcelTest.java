package io.hosu.query.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Settings;
import io.hosu.query.engine.Looker.Looked;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workbooks of Excel. */
class ExcelTest {
  private static final String ROWS =
      """
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>day</t></is></c>\
      <c r="C1" t="s"><v>1</v></c><c r="D1" t="str"><v>ok</v></c></row>
      <row r="2"/>
      <row r="3"><c r="A3"><v>1</v></c><c r="B3" s="1"><v>46387</v></c>\
      <c r="C3" s="2"><v>46387.4378125</v></c><c r="D3" t="b"><v>1</v></c></row>
      <row r="4"><c r="A4"><v>2.5</v></c><c r="C4" t="e"><v>#N/A</v></c></row>
      """;

  @TempDir private Path directory;
  private final Looker looker = new Looker(TestEngines.shared());
  private final Map<String, String> parts = new LinkedHashMap<>();

  @Test
  void theFirstRowNamesTheColumnsAndStylesSayWhatNumbersAre() throws IOException {
    ObjectLook look = look("a.xlsx", workbook(ROWS));

    assertThat(look.problem()).isEmpty();
    assertThat(look.read().map(form -> form.format())).contains(FileFormat.XLSX);
    assertThat(look.records()).isEqualTo(2);
    assertThat(types(look)).isEqualTo("id DOUBLE, day DATE, at & so TIMESTAMP, ok BOOLEAN");
  }

  @Test
  void aWorkbookIsKnownByItsPartsWhateverItsKey() throws IOException {
    assertThat(look("a", workbook(ROWS)).read().map(form -> form.format()))
        .contains(FileFormat.XLSX);
  }

  @Test
  void withoutARowOfTextsColumnsHaveNumbers() throws IOException {
    assertThat(types(look("a.xlsx", workbook("<row><c><v>1</v></c><c><v>2</v></c></row>"))))
        .isEqualTo("column0 BIGINT, column1 BIGINT");
  }

  @Test
  void sheetsOfTheSameColumnsAreReadAndHiddenOnesAreNot() throws IOException {
    workbook(ROWS);
    parts.put("xl/worksheets/sheet2.xml", sheet(ROWS));
    parts.put("xl/worksheets/sheet3.xml", sheet("<row><c><v>7</v></c></row>"));

    assertThat(look("a.xlsx", zip()).records()).isEqualTo(4);
  }

  @Test
  void sheetsOfOtherColumnsAreRefused() throws IOException {
    workbook(ROWS);
    parts.put(
        "xl/worksheets/sheet2.xml",
        sheet("<row><c t=\"inlineStr\"><is><t>other</t></is></c></row>"));

    assertThat(look("a.xlsx", zip()).problem()).contains("sheets 'one' and 'two'", "other columns");
  }

  @Test
  void fewBytesThatUnpackToVeryManyAreRefused() throws IOException {
    assertThat(look("a.xlsx", workbook(" ".repeat(50_000_000))).problem())
        .contains("few of its bytes unpack to very many");
    workbook(ROWS);
    parts.put(
        "xl/sharedStrings.xml", "<sst>" + "<si><t>aaaa</t></si>".repeat(3_000_000) + "</sst>");
    assertThat(look("a.xlsx", zip()).problem()).containsAnyOf("unpack", "memory");
  }

  @Test
  void howManySheetsAWorkbookMayHaveIsSet() throws IOException {
    isRefusedWith("query.workbook-sheets", "1", "more than 1 sheets", workbook(ROWS));
  }

  @Test
  void howManyCharactersARowMayHaveIsSet() throws IOException {
    String row = "<row><c t=\"str\"><v>%s</v></c></row>".formatted("a".repeat(70_000));
    isRefusedWith("query.workbook-row", "64KB", "65,536 characters", workbook(row));
  }

  @Test
  void howMuchAWorkbookMayUnpackToIsSet() throws IOException {
    isRefusedWith(
        "query.workbook-unpacked", "1", "1 times as many", workbook(ROWS + " ".repeat(9_500_000)));
  }

  @Test
  void howMuchMemoryTheTextsMayTakeIsSet() throws IOException {
    workbook(ROWS);
    parts.put("xl/sharedStrings.xml", "<sst>" + "<si><t>aaaa</t></si>".repeat(30_000) + "</sst>");
    isRefusedWith("query.workbook-texts", "1MB", "more than 1MB", zip());
  }

  private void isRefusedWith(String setting, String value, String why, byte[] workbook)
      throws IOException {
    assertThat(look("a.xlsx", workbook).problem()).isEmpty();
    EngineConfig standard = TestEngines.config(1);
    EngineConfig config =
        new EngineConfig(
            1,
            4,
            standard.memoryBytes(),
            1,
            standard.tempBytes(),
            10,
            standard.silence(),
            WorkbookLimits.from(new Settings(Map.of(setting, value))),
            standard.cache(),
            directory.resolve("temp"));
    Path path = Files.write(directory.resolve("limited"), workbook);
    try (EnginePool pool = new EnginePool("small", config)) {
      pool.start();
      assertThat(
              new Looker(pool).look(List.of(new Looked(path, "raw/a.xlsx"))).getFirst().problem())
          .contains(why, setting);
    }
  }

  @Test
  void moreThanTheStandardGivesEnginesMoreMemory() {
    assertThat(WorkbookLimits.STANDARD.moreMemory()).isZero();
    assertThat(new WorkbookLimits(1L << 30, 20L << 20, 200, 100).moreMemory())
        .isEqualTo((960L << 20) + (16L << 20));
  }

  @Test
  void entitiesAndBrokenPartsAreRefused() throws IOException {
    parts.clear();
    assertThat(look("a.xlsx", workbook("<row><c><v>&x;</v></c></row>")).problem())
        .contains("It cannot be read");
    assertThat(look("a.xlsx", workbook("<row><c r=\"ZZZZ1\"><v>1</v></c></row>")).problem())
        .contains("a cell stands at no column");
    assertThat(look("a.xlsx", workbook("<row>")).problem()).contains("broken");
    parts.clear();
    parts.put("readme.txt", "x");
    assertThat(look("a.xlsx", zip()).problem()).contains("no workbook of Excel");
    assertThat(look("a.zip", zip()).problem()).contains("ZIP archive");
  }

  @Test
  void theOldFormIsRefusedWithAWayOut() throws IOException {
    byte[] old = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, 1, 2, 3};

    assertThat(look("a.xls", old).problem()).contains("save it as .xlsx");
  }

  private byte[] workbook(String rows) throws IOException {
    parts.clear();
    parts.put(
        "xl/workbook.xml",
        """
        <workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
        <sheets><sheet name="one" r:id="r1"/><sheet name="two" r:id="r2"/>
        <sheet name="three" state="hidden" r:id="r3"/></sheets></workbook>
        """);
    parts.put(
        "xl/_rels/workbook.xml.rels",
        """
        <Relationships>
        <Relationship Id="r1" Type="a/worksheet" Target="worksheets/sheet1.xml"/>
        <Relationship Id="r2" Type="a/worksheet" Target="/xl/worksheets/sheet2.xml"/>
        <Relationship Id="r3" Type="a/worksheet" Target="worksheets/sheet3.xml"/>
        </Relationships>
        """);
    parts.put(
        "xl/styles.xml",
        """
        <styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd.mm.yyyy\\ hh:mm"/></numFmts>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>
        """);
    parts.put(
        "xl/sharedStrings.xml",
        "<sst><si><t>id</t></si><si><r><t>at &amp; </t></r><r><t>so</t></r></si></sst>");
    parts.put("xl/worksheets/sheet1.xml", sheet(rows));
    return zip();
  }

  private static String sheet(String rows) {
    return "<worksheet><sheetData>%s</sheetData></worksheet>".formatted(rows);
  }

  private byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue().getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
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
