package io.hosu.query.engine;

import java.util.Locale;
import java.util.Optional;

/** The formats of objects that a stage can read. */
public enum FileFormat {
  /** Records of fields between delimiters, with or without a header line. */
  CSV("csv"),
  /** As {@link #CSV}, the fields between tabs. */
  TSV("tsv"),
  /** One array of objects, one object, or objects one after the other. */
  JSON("json"),
  /** One object a line. */
  JSON_LINES("jsonl"),
  /** Apache Parquet. */
  PARQUET("parquet"),
  /** Apache Avro's files of records. */
  AVRO("avro"),
  /** Elements that come again beside each other, each a record. */
  XML("xml"),
  /** Workbooks of Excel, of the form that it has since 2007. */
  XLSX("xlsx"),
  /** Apache ORC. */
  ORC("orc");

  private final String word;

  FileFormat(String word) {
    this.word = word;
  }

  /** The word for it in a lake project. */
  public String word() {
    return word;
  }

  /**
   * Whether its records are read as lines of JSON that are made of it: the number of a line is then
   * that of the record.
   */
  public boolean isConverted() {
    return this == AVRO || this == XML || this == XLSX || this == ORC;
  }

  /** The format that a word, or the suffix of a key, stands for. */
  public static Optional<FileFormat> find(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "csv" -> Optional.of(CSV);
      case "tsv", "tab" -> Optional.of(TSV);
      case "json" -> Optional.of(JSON);
      case "jsonl", "ndjson" -> Optional.of(JSON_LINES);
      case "parquet", "pq" -> Optional.of(PARQUET);
      case "avro" -> Optional.of(AVRO);
      case "xml" -> Optional.of(XML);
      case "xlsx", "xlsm" -> Optional.of(XLSX);
      case "orc" -> Optional.of(ORC);
      default -> Optional.empty();
    };
  }
}
