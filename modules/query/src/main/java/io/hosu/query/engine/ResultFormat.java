package io.hosu.query.engine;

/** How the rows of a result are written. */
public enum ResultFormat {
  /** RFC 4180 with a header line; NULL is an empty field, an empty text is {@code ""}. */
  CSV("text/csv; charset=utf-8"),
  /** One array of objects. Numbers are exact; dates, times and the like are texts. */
  JSON("application/json"),
  /** One object a line, as in {@link #JSON}. */
  NDJSON("application/x-ndjson"),
  /** One Parquet file; the session must have a directory for its output. */
  PARQUET("application/vnd.apache.parquet");

  private final String mediaType;

  ResultFormat(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The value of {@code Content-Type}. */
  public String mediaType() {
    return mediaType;
  }
}
