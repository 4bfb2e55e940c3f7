package io.hosu.query.worker;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.FileFormat;
import io.hosu.query.engine.QueryError;
import io.hosu.query.worker.Faults.Fault;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the record of an object that an error is about. */
final class Diagnosis {
  private static final Pattern JSON_PLACE =
      Pattern.compile(
          "in file \"(.*?)\",(?: at byte \\d+)? in (line|record/value) (\\d+): (.*)",
          Pattern.DOTALL);
  private static final Pattern CONVERTED =
      Pattern.compile("(?:string|value) [\"'](.*?)[\"'] (?:to|when|can|is|in|out)", Pattern.DOTALL);
  private static final Pattern FIELD =
      Pattern.compile("(?:date|time|timestamp|blob|uuid) field value out of range: \"(.*?)\"");
  private static final int MAX_TEXT = 1000;
  private static final String CORRECT =
      "Correct the record and put the object again, or let the stage set such records aside with"
          + " bad_records: quarantine.";

  private final Input input;
  private final Sql sql;

  Diagnosis(Input input, Sql sql) {
    this.input = input;
    this.sql = sql;
  }

  /**
   * The failure that names the record, or at least the object; nothing when it is about neither.
   */
  Optional<HosuException> of(Fault fault) throws SQLException, IOException {
    Optional<CsvError> csv = CsvError.of(fault.message());
    if (csv.isPresent()) {
      return Optional.of(csv(csv.get()));
    }
    Matcher json = JSON_PLACE.matcher(fault.message());
    if (json.find()) {
      return Optional.of(json(json));
    }
    if (fault.message().contains("non-record JSON")) {
      return Optional.of(notRecords());
    }
    Optional<HosuException> object = object(fault);
    return object.isPresent() || !isAboutValue(fault) ? object : value(fault);
  }

  private Invalid csv(CsvError error) {
    String object = input.find(error.path()).map(PlainFile::object).orElse(error.path());
    return new Invalid(
        QueryError.BAD_RECORD,
        "Line %d of object %s cannot be read. %s The record is: %s"
            .formatted(error.recordLine(), object, error.reason(), error.text()),
        error.isEncoding() ? CsvError.OTHER_CHARACTERS : CORRECT,
        Place.inObject(object, error.recordLine(), error.text()));
  }

  private Invalid json(Matcher error) throws IOException {
    Optional<PlainFile> file = input.find(error.group(1));
    String object = file.map(PlainFile::object).orElse(error.group(1));
    long line = file.isPresent() ? line(file.get(), error) : Long.parseLong(error.group(3));
    String text = file.isPresent() ? RecordLines.textOf(file.get().path(), line, MAX_TEXT) : "";
    String reason = error.group(4).lines().findFirst().orElse("").strip();
    return new Invalid(
        QueryError.BAD_RECORD,
        "Line %d of object %s cannot be read: %s The record is: %s"
            .formatted(line, object, reason.endsWith(".") ? reason : reason + ".", text),
        CORRECT,
        Place.inObject(object, line, text));
  }

  /** DuckDB counts records in its own ways, so a malformed one is looked for. */
  private static long line(PlainFile file, Matcher error) throws IOException {
    long number = Long.parseLong(error.group(3));
    boolean byLine = file.format() == FileFormat.JSON_LINES;
    if (error.group(0).contains("at byte")) {
      return byLine ? JsonGroup.firstBadLine(file.path()) : JsonGroup.lineOfMistake(file.path());
    }
    return lineOf(
        byLine ? RecordLines.jsonLines(file.path()) : RecordLines.json(file.path()), number);
  }

  private static long lineOf(LineRuns lines, long record) {
    long left = record - 1;
    for (int run = 0; run < lines.size(); run++) {
      if (left < lines.count(run)) {
        return lines.first(run) + left;
      }
      left -= lines.count(run);
    }
    return lines.size() == 0 ? 1 : lines.first(lines.size() - 1) + lines.count(lines.size() - 1);
  }

  private Invalid notRecords() throws IOException {
    PlainFile file = input.jsonThatHoldsNoRecords(sql).orElseThrow();
    String text = RecordLines.textOf(file.path(), 1, MAX_TEXT);
    return new Invalid(
        QueryError.BAD_RECORD,
        "Object %s does not hold JSON objects, but begins with: %s".formatted(file.object(), text),
        "Put an array of objects, one object a line, or one object.",
        Place.inObject(file.object(), 1, text));
  }

  private Optional<HosuException> object(Fault fault) {
    if (fault.type().equals("io") && fault.message().contains("No space left")) {
      return Optional.empty();
    }
    return input.all().stream()
        .filter(file -> fault.message().contains(file.path().toString()))
        .findFirst()
        .map(file -> unreadable(file, fault));
  }

  private static HosuException unreadable(PlainFile file, Fault fault) {
    String what = fault.headline().replace(file.path().toString(), file.object());
    boolean tooLong = fault.message().contains("maximum_object_size");
    return new Invalid(
        tooLong ? QueryError.BAD_RECORD : QueryError.OBJECT_UNREADABLE,
        tooLong
            ? "Object %s has a record that is longer than records may be: %s"
                .formatted(file.object(), what)
            : "Object %s cannot be read as %s: %s"
                .formatted(file.object(), file.format().word(), what),
        tooLong
            ? "Put the records one a line, or raise max_record_bytes in the stage."
            : "Check that the object is whole and of that format, then put it again.",
        Place.inObject(file.object(), 0, ""));
  }

  private static boolean isAboutValue(Fault fault) {
    return fault.type().equals("conversion")
        || fault.type().equals("invalid input")
        || fault.type().equals("out of range");
  }

  /** The first record that has the value which a cast in the SQL did not take. */
  private Optional<HosuException> value(Fault fault) throws SQLException, IOException {
    Matcher converted = CONVERTED.matcher(fault.message());
    Matcher field = FIELD.matcher(fault.message());
    boolean found = converted.find();
    if (!found && !field.find()) {
      return Optional.empty();
    }
    String told = found ? converted.group(1) : field.group(1);
    String value = told.startsWith("#") ? told.substring(1) : told;
    for (String select : input.texts(sql)) {
      Optional<Place> place = place(select, value);
      if (place.isPresent()) {
        return place.map(at -> valueIn(at, value, fault));
      }
    }
    return Optional.empty();
  }

  private Optional<Place> place(String select, String value) throws SQLException {
    String holds =
        sql.columns(select).stream()
            .filter(column -> column.type().equals("VARCHAR") || column.type().equals("JSON"))
            .filter(column -> !column.name().equals("_object"))
            .map(column -> Quote.name(column.name()) + "::VARCHAR = " + Quote.text(value))
            .collect(Collectors.joining(" OR "));
    return holds.isEmpty()
        ? Optional.empty()
        : sql
            .list(
                "SELECT _object, _line FROM (%s) WHERE %s LIMIT 1".formatted(select, holds),
                row -> Place.inObject(row.getString(1), row.getLong(2), ""))
            .stream()
            .findFirst();
  }

  private HosuException valueIn(Place place, String value, Fault fault) {
    String object = String.valueOf(place.object());
    String text =
        input.all().stream()
            .filter(file -> file.object().equals(object) && file.format() != FileFormat.PARQUET)
            .findFirst()
            .map(file -> textOf(file, place.line()))
            .orElse(value);
    return new Invalid(
        QueryError.BAD_RECORD,
        "Line %d of object %s has a value that the SQL cannot convert: %s. The record is: %s"
            .formatted(place.line(), object, fault.headline(), text),
        "Correct the record and put the object again, or use TRY_CAST in the SQL.",
        Place.inObject(object, place.line(), text));
  }

  private static String textOf(PlainFile file, long line) {
    try {
      return RecordLines.textOf(file.path(), line, MAX_TEXT);
    } catch (IOException e) {
      return "";
    }
  }
}
