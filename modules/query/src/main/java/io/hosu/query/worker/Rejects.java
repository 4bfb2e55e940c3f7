package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.QueryError;
import io.hosu.query.engine.Reading;
import io.hosu.query.engine.Reject;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The records that could not be read: the first few here, all of them in a table. */
final class Rejects {
  /** So many bad records are set aside; more of them mean that something else is wrong. */
  static final int MAX = 100_000;

  private static final int FLUSH_AT = 1000;

  private final Sql sql;
  private final List<Reject> first = new ArrayList<>();
  private final List<Reject> waiting = new ArrayList<>();
  private long count;

  Rejects(Sql sql) throws SQLException {
    this.sql = sql;
    sql.run(
        "CREATE OR REPLACE TABLE rejects (_object VARCHAR, _line BIGINT, _text VARCHAR, _reason VARCHAR)");
  }

  void add(String object, long line, String text, String reason) {
    Reject reject = new Reject(object, line, text, reason);
    if (++count > MAX) {
      throw new Invalid(
          QueryError.BAD_RECORD,
          "More than %d records cannot be read. The last of them is line %d of object %s: %s"
              .formatted(MAX, line, object, reason),
          "Check the format, the delimiter and the declared columns of the stage.",
          Place.inObject(object, line, text));
    }
    if (first.size() < Reading.MAX_REJECTS) {
      first.add(reject);
    }
    waiting.add(reject);
  }

  /** Moves what was added into the table, when it is much. */
  void flushWhenMany() throws SQLException {
    if (waiting.size() >= FLUSH_AT) {
      flush();
    }
  }

  /** Moves what was added into the table. */
  void flush() throws SQLException {
    for (int from = 0; from < waiting.size(); from += FLUSH_AT) {
      sql.run(
          waiting.subList(from, Math.min(waiting.size(), from + FLUSH_AT)).stream()
              .map(Rejects::row)
              .collect(Collectors.joining(", ", "INSERT INTO rejects VALUES ", "")));
    }
    waiting.clear();
  }

  private static String row(Reject reject) {
    return "(%s, %d, %s, %s)"
        .formatted(
            Quote.text(reject.object()),
            reject.line(),
            Quote.text(reject.text().replace("\0", "\uFFFD")),
            Quote.text(reject.reason()));
  }

  long count() {
    return count;
  }

  List<Reject> first() {
    return first;
  }
}
