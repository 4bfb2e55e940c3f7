package io.hosu.pipelines;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of objects are read. What is null or empty is found out from the object itself.
 *
 * <p>Compression is no part of it: {@code .gz} and {@code .zst} at the end of a key say so.
 *
 * @param type the format; null: by the ending of the key
 * @param text how delimited text is cut into fields
 * @param columns types of columns by name, in the words of SQL, for those that shall not be guessed
 */
public record FormatSpec(@Nullable Type type, DelimitedText text, Map<String, String> columns) {
  /** Everything is found out from the object. */
  public static final FormatSpec BY_ENDING = new FormatSpec(null, DelimitedText.DETECTED, Map.of());

  public FormatSpec {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** The formats that objects may have. */
  public enum Type {
    /** Text with a header line and fields between commas (RFC 4180). */
    CSV,
    /** The same with tabs. */
    TSV,
    /** One JSON array of objects, or one object. */
    JSON,
    /** A JSON object on each line. */
    JSONL,
    /** Apache Parquet. */
    PARQUET,
    /** Apache Avro. */
    AVRO,
    /** XML, of which the elements that come again beside each other are records. */
    XML,
    /** A workbook of Excel, the rows of which are records. */
    XLSX,
    /** Apache ORC. */
    ORC
  }

  /**
   * How delimited text is cut into fields; it counts for CSV and TSV alone.
   *
   * @param delimiter what stands between two fields; null: found out
   * @param quote the character around fields that hold delimiters; empty: none; null: {@code "}
   * @param escape the character before a quote inside quotes; empty: none; null: the quote
   * @param header whether the first line holds the names; null: it does
   * @param encoding a character set by its IANA name; null: UTF-8
   * @param nullText the text that stands for NULL; null: the empty field
   */
  public record DelimitedText(
      @Nullable String delimiter,
      @Nullable String quote,
      @Nullable String escape,
      @Nullable Boolean header,
      @Nullable String encoding,
      @Nullable String nullText) {
    /** Everything is found out from the text, which is UTF-8. */
    public static final DelimitedText DETECTED =
        new DelimitedText(null, null, null, null, null, null);

    public DelimitedText {
      requireShort("delimiter", delimiter, 1, 4);
      requireShort("quote", quote, 0, 1);
      requireShort("escape", escape, 0, 1);
    }

    private static void requireShort(String what, @Nullable String value, int least, int most) {
      if (value != null && (value.length() < least || value.length() > most)) {
        throw StageSpec.invalid(
            "'%s' cannot be the %s of delimited text.".formatted(value, what),
            "Use %d to %d characters.".formatted(least, most));
      }
    }
  }
}
