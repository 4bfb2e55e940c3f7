package io.hosu.query.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the objects of a batch are read. What is null is found out from the object.
 *
 * @param format what the objects are; null: as their keys end
 * @param dialect how delimited text is written
 * @param columns declared columns, name to DuckDB type, that every object must fit; empty: inferred
 * @param badRecords what becomes of records that cannot be read
 * @param maxRecordBytes the longest record, in bytes; a longer one is a bad record. Memory is
 *     bounded by it
 * @param sampleRows how many records are looked at first to infer types
 */
public record ReadOptions(
    @Nullable FileFormat format,
    Dialect dialect,
    Map<String, String> columns,
    BadRecords badRecords,
    long maxRecordBytes,
    int sampleRows) {

  /** The longest record unless a stage says otherwise: 8 MB. */
  public static final long STANDARD_MAX_RECORD_BYTES = 8L << 20;

  private static final int STANDARD_SAMPLE_ROWS = 20_480;

  public ReadOptions {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** Everything found out from the objects; a bad record fails the batch. */
  public static ReadOptions standard() {
    return new ReadOptions(
        null,
        Dialect.standard(),
        Map.of(),
        BadRecords.FAIL,
        STANDARD_MAX_RECORD_BYTES,
        STANDARD_SAMPLE_ROWS);
  }

  /** The same, with another way to treat bad records. */
  public ReadOptions with(BadRecords other) {
    return new ReadOptions(format, dialect, columns, other, maxRecordBytes, sampleRows);
  }

  /** The same, with a declared format. */
  public ReadOptions with(FileFormat other) {
    return new ReadOptions(other, dialect, columns, badRecords, maxRecordBytes, sampleRows);
  }

  /** The same, with another dialect. */
  public ReadOptions with(Dialect other) {
    return new ReadOptions(format, other, columns, badRecords, maxRecordBytes, sampleRows);
  }

  /** The same, with declared columns. */
  public ReadOptions withColumns(Map<String, String> other) {
    return new ReadOptions(format, dialect, other, badRecords, maxRecordBytes, sampleRows);
  }

  /** The same, with another longest record. */
  public ReadOptions withMaxRecordBytes(long other) {
    return new ReadOptions(format, dialect, columns, badRecords, other, sampleRows);
  }

  /**
   * How delimited text is written.
   *
   * @param delimiter what stands between fields; null: the one of {@code , ; tab |} that the first
   *     line holds most often, a tab for TSV
   * @param quote what stands around a field; null: {@code "}; empty: nothing
   * @param escape what stands before a quote inside a field; null: the quote itself
   * @param header whether the first line names the columns; without one they are {@code column0},
   *     {@code column1}, ...
   * @param encoding the name of a character set, for example {@code latin-1}; null: UTF-8
   * @param nullText the text that stands for no value; null: the empty text
   */
  public record Dialect(
      @Nullable String delimiter,
      @Nullable String quote,
      @Nullable String escape,
      boolean header,
      @Nullable String encoding,
      @Nullable String nullText) {

    /** A header line, UTF-8, and the rest found out. */
    public static Dialect standard() {
      return new Dialect(null, null, null, true, null, null);
    }

    /** The same, in another character set. */
    public Dialect withEncoding(String other) {
      return new Dialect(delimiter, quote, escape, header, other, nullText);
    }

    /** The same, with another delimiter. */
    public Dialect withDelimiter(String other) {
      return new Dialect(other, quote, escape, header, encoding, nullText);
    }

    /** The same, with or without a header line. */
    public Dialect withHeader(boolean other) {
      return new Dialect(delimiter, quote, escape, other, encoding, nullText);
    }

    /** The same, with another text for no value. */
    public Dialect withNullText(String other) {
      return new Dialect(delimiter, quote, escape, header, encoding, other);
    }
  }
}
