package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import io.hosu.kernel.Place;
import io.hosu.query.engine.QueryError;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** DuckDB's errors, read from their JSON form, as failures with a code and a remedy. */
final class Faults {
  private static final Set<String> WRONG_SQL =
      Set.of(
          "parser",
          "syntax",
          "binder",
          "catalog",
          "parameter not resolved",
          "parameter not allowed",
          "not implemented",
          "dependency",
          "object size");
  private static final Set<String> BROKEN = Set.of("internal", "fatal");

  private Faults() {}

  /**
   * One error.
   *
   * @param type DuckDB's word for its kind, in small letters
   * @param message what it says, all lines
   * @param position which byte of the statement it is about; -1 when not known
   */
  record Fault(String type, String message, long position) {

    /** The message's first line. */
    String headline() {
      return message.lines().findFirst().orElse(type);
    }

    /** The same without telling where these files lie: only their names are left. */
    Fault withoutPlaces(Collection<Path> files) {
      String told = message;
      for (Path file : files) {
        told = told.replace(file.toString(), String.valueOf(file.getFileName()));
      }
      return new Fault(type, told, position);
    }

    /** Whether the statement could not even begin to run. */
    boolean isWrongSql() {
      return WRONG_SQL.contains(type) && !type.equals("object size");
    }

    /** Whether the instance that raised it cannot be used again. */
    boolean isFatal() {
      return BROKEN.contains(type);
    }
  }

  /** Reads an error. */
  static Fault read(SQLException e) {
    String text = String.valueOf(e.getMessage()).strip();
    int brace = text.indexOf('{');
    if (brace >= 0 && text.endsWith("}")) {
      Optional<Fault> fault = fromJson(text.substring(brace));
      if (fault.isPresent()) {
        return fault.get();
      }
    }
    int colon = text.indexOf(" Error: ");
    return colon < 0
        ? new Fault("unknown", text, -1)
        : new Fault(
            text.substring(0, colon).toLowerCase(Locale.ROOT), text.substring(colon + 8), -1);
  }

  private static Optional<Fault> fromJson(String text) {
    try {
      JsonNode json = Json.parse(text);
      if (!json.has("exception_type")) {
        return Optional.empty();
      }
      return Optional.of(
          new Fault(
              json.path("exception_type").asText().toLowerCase(Locale.ROOT),
              json.path("exception_message").asText().strip(),
              json.path("position").asLong(-1)));
    } catch (Invalid e) {
      return Optional.empty();
    }
  }

  /** That a file is not there which there was when the work was planned. */
  static Unavailable gone() {
    return new Unavailable(
        QueryError.FILES_GONE,
        "A file that was to be read is gone: rows were deleted for good meanwhile, or the disk has"
            + " lost it.",
        "Send it again, to read the tables as they are now; if it fails again: hosu doctor");
  }

  /** What is no file the engine takes for a folder, in which it may not look. */
  private static boolean isGone(String headline) {
    return headline.contains("No files found that match")
        || (headline.contains("Cannot open file")
            && headline.contains("No such file or directory")
            && headline.contains("/blobs/"))
        || (headline.contains("Cannot access file") && headline.contains("/**/*.parquet"));
  }

  /**
   * The failure that an error stands for.
   *
   * @param offset where in the statement the SELECT begins that the caller knows
   */
  static HosuException failure(Fault fault, int offset) {
    if (fault.type().equals("out of memory")) {
      return new Exhausted(
          QueryError.MEMORY_EXCEEDED,
          "The SQL needs more memory than its engine may use: %s".formatted(fault.headline()),
          "Select fewer columns or rows, or raise the setting query.memory or query.temp-size.");
    }
    if (fault.type().startsWith("interrupt")) {
      return new Exhausted(
          QueryError.QUERY_CANCELLED, "The query was cancelled.", "Send it again if it is wanted.");
    }
    if (fault.type().equals("io") || fault.type().equals("permission")) {
      if (isGone(fault.headline())) {
        return gone();
      }
      return new Unavailable(
          QueryError.ENGINE_DISK,
          "An engine could not read or write a file: %s".formatted(fault.headline()),
          "See with `hosu doctor` whether the disk is full or a file is gone, then try again.");
    }
    if (fault.isFatal()) {
      return new Exhausted(
          QueryError.ENGINE_CRASHED,
          "The engine broke down while it ran the SQL: %s".formatted(fault.headline()),
          "Write the SQL in a simpler way; its engine was replaced.");
    }
    return WRONG_SQL.contains(fault.type()) ? wrongSql(fault, offset) : failed(fault);
  }

  /** The failure of SQL that would be correct if the columns of the objects had other types. */
  static Invalid misfit(Fault fault) {
    return new Invalid(
        QueryError.SQL_MISFIT,
        fault.message().split("\n\n", 2)[0].replace('\n', ' '),
        "Convert the columns in the SQL with CAST or TRY_CAST, or declare their types in the"
            + " stage's input.");
  }

  private static Invalid wrongSql(Fault fault, int offset) {
    String what = fault.message().split("\n\n", 2)[0].replace('\n', ' ');
    String remedy = "Correct the SQL, and try it with: hosu sql -c \"...\"";
    return fault.position() < offset
        ? new Invalid(QueryError.SQL_INVALID, what, remedy)
        : new Invalid(
            QueryError.SQL_INVALID,
            what,
            remedy,
            new Place(null, 1, (int) (fault.position() - offset) + 1, null));
  }

  private static Invalid failed(Fault fault) {
    return new Invalid(
        QueryError.SQL_FAILED,
        "The SQL met a value that it cannot compute with: %s".formatted(fault.headline()),
        "Handle the value in the SQL, for example with TRY_CAST, NULLIF or a WHERE clause.");
  }
}
