package io.hosu.query.worker;

import io.hosu.query.engine.Compression;
import io.hosu.query.engine.FileFormat;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What an object is by its first bytes; the end of its key decides only between texts. */
enum Kind {
  CSV(FileFormat.CSV, ""),
  TSV(FileFormat.TSV, ""),
  JSON(FileFormat.JSON, ""),
  JSON_LINES(FileFormat.JSON_LINES, ""),
  PARQUET(FileFormat.PARQUET, ""),
  AVRO(FileFormat.AVRO, ""),
  XML(FileFormat.XML, ""),
  XLSX(FileFormat.XLSX, ""),
  ORC(FileFormat.ORC, ""),
  ARCHIVE(
      FileFormat.CSV,
      "It is a ZIP archive, which stages do not read: put each file of it. A workbook of Excel is"
          + " read under a key that ends with .xlsx."),
  OLD_WORKBOOK(
      FileFormat.CSV,
      "It is a workbook of the old form .xls, or one with a password, which stages do not read:"
          + " save it as .xlsx without one."),
  PACKED(
      FileFormat.CSV,
      "It is packed, and its key does not say so: end the key with .gz or .zst, as it is packed.");

  private static final int SHORTEST = 4;

  private final FileFormat format;
  private final String refusal;

  Kind(FileFormat format, String refusal) {
    this.format = format;
    this.refusal = refusal;
  }

  /** The format; of what is refused, none that counts. */
  FileFormat format() {
    return format;
  }

  /** Why it cannot be read, and what to do; empty when it can. */
  String refusal() {
    return refusal;
  }

  static Kind of(byte[] start, String object) {
    String key = Compression.unpackedName(object);
    Optional<FileFormat> said = FileFormat.find(key.substring(key.lastIndexOf('.') + 1));
    if (said.equals(Optional.of(FileFormat.XLSX)) && binary(start).equals(Optional.of(ARCHIVE))) {
      return XLSX;
    }
    return binary(start).orElseGet(() -> text(TextStart.of(start).text().stripLeading(), said));
  }

  private static Optional<Kind> binary(byte[] start) {
    if (start.length < SHORTEST) {
      return Optional.empty();
    }
    String four = new String(start, 0, SHORTEST, StandardCharsets.ISO_8859_1);
    return switch (four) {
      case "PAR1" -> Optional.of(PARQUET);
      case "Obj\1" -> Optional.of(AVRO);
      case "PK\3\4" -> Optional.of(isWorkbook(start) ? XLSX : ARCHIVE);
      case "\u00d0\u00cf\u0011\u00e0" -> Optional.of(OLD_WORKBOOK);
      case "(\u00b5/\u00fd" -> Optional.of(PACKED);
      default ->
          four.startsWith("ORC")
              ? Optional.of(ORC)
              : four.startsWith("\u001f\u008b") ? Optional.of(PACKED) : Optional.empty();
    };
  }

  private static Kind text(String text, Optional<FileFormat> said) {
    if (text.startsWith("<?xml") || (text.startsWith("<") && said.isEmpty())) {
      return XML;
    }
    Optional<Kind> ofKey = said.flatMap(Kind::ofText);
    if (ofKey.isPresent()) {
      return ofKey.get();
    }
    if (text.startsWith("{")) {
      String first = text.lines().findFirst().orElse("");
      return first.strip().endsWith("}") && text.lines().limit(2).count() > 1 ? JSON_LINES : JSON;
    }
    return text.startsWith("[") ? JSON : CSV;
  }

  private static Optional<Kind> ofText(FileFormat format) {
    return switch (format) {
      case CSV -> Optional.of(CSV);
      case TSV -> Optional.of(TSV);
      case JSON -> Optional.of(JSON);
      case JSON_LINES -> Optional.of(JSON_LINES);
      case XML -> Optional.of(XML);
      case PARQUET, AVRO, XLSX, ORC -> Optional.empty();
    };
  }

  /** As far as the names of its first parts say. */
  private static boolean isWorkbook(byte[] start) {
    return new String(start, StandardCharsets.ISO_8859_1).contains("xl/workbook.xml");
  }
}
