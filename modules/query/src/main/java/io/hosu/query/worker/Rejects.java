package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Place;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.ReadHint;
import io.hosu.query.engine.Reading;
import io.hosu.query.engine.Reject;
import io.hosu.query.engine.Wire;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The records that could not be read: the first few here, all of them in a table. */
final class Rejects {
  /** So many bad records are set aside; more of them mean that something else is wrong. */
  static final int MAX = 100_000;

  /** So much of a record is kept; what is longer is cut. */
  static final int MAX_TEXT = 1 << 16;

  private static final int FLUSH_AT = 1000;
  private static final int FLUSH_CHARS = 1 << 20;
  private static final int SHOWN = 1000;

  private final Sql sql;
  private final List<Reject> first = new ArrayList<>();
  private final List<String> waiting = new ArrayList<>();
  private long waitingChars;
  private long count;

  Rejects(Sql sql) throws SQLException {
    this.sql = sql;
    sql.run(
        "CREATE OR REPLACE TABLE rejects (_object VARCHAR, _version VARCHAR, _line BIGINT, _text VARCHAR, _cut BOOLEAN, _reason VARCHAR, _read_as VARCHAR)");
  }

  /**
   * Keeps a record.
   *
   * @param file what it is in
   * @param line where it begins there
   * @param text all of it, or its beginning when it is longer than {@link #MAX_TEXT}
   * @param readAs how it was read, as {@link Wire#hint} writes it
   */
  void add(PlainFile file, long line, String text, String reason, ReadHint readAs)
      throws SQLException {
    long at = file.origin().of(line);
    if (++count > MAX) {
      throw new Invalid(
          QueryError.BAD_RECORD,
          "More than %d records cannot be read. The last of them is line %d of object %s: %s"
              .formatted(MAX, at, file.object(), reason),
          "Check the format, the delimiter and the declared columns of the stage.",
          Place.inObject(file.object(), at, beginning(text, SHOWN)));
    }
    if (first.size() < Reading.MAX_REJECTS) {
      first.add(new Reject(file.object(), at, beginning(text, SHOWN), reason));
    }
    waiting.add(
        "(%s, %s, %d, %s, %s, %s, %s)"
            .formatted(
                Quote.text(file.object()),
                file.version().isEmpty() ? "NULL" : Quote.text(file.version()),
                at,
                Quote.text(beginning(text, MAX_TEXT).replace("\0", "\uFFFD")),
                text.length() > MAX_TEXT,
                Quote.text(reason),
                Quote.text(Json.print(Wire.hint(readAs)))));
    waitingChars += Math.min(text.length(), MAX_TEXT);
    if (waiting.size() >= FLUSH_AT || waitingChars >= FLUSH_CHARS) {
      flush();
    }
  }

  private static String beginning(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  /** Moves what was added into the table. */
  void flush() throws SQLException {
    if (!waiting.isEmpty()) {
      sql.run("INSERT INTO rejects VALUES " + String.join(", ", waiting));
      waiting.clear();
      waitingChars = 0;
    }
  }

  long count() {
    return count;
  }

  List<Reject> first() {
    return first;
  }
}
