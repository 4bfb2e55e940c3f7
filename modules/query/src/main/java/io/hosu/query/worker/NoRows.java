package io.hosu.query.worker;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineInput;
import io.hosu.query.engine.QueryError;
import java.util.List;
import java.util.stream.Collectors;

/** The relation of a batch none of whose objects has a record. */
final class NoRows {
  private NoRows() {}

  /**
   * A SELECT of no rows, with the columns that are declared or that earlier objects showed.
   *
   * @param empty the objects, those too that hold nothing at all
   * @param texts how many of them say in JSON that they have no records
   * @throws Invalid {@link QueryError#NO_RECORDS} when the columns are not known and all objects
   *     say so; {@link QueryError#EMPTY_OBJECT} when they do not, as one may have been cut off
   */
  static String select(EngineInput request, List<String> empty, int texts) {
    List<Column> columns =
        request.hints().isEmpty()
            ? request.options().columns().entrySet().stream()
                .map(e -> new Column(e.getKey(), e.getValue()))
                .toList()
            : request.hints().getFirst().columns();
    if (columns.isEmpty() && texts == empty.size()) {
      throw new Invalid(
          QueryError.NO_RECORDS,
          "No object of the batch has a record: %s.".formatted(String.join(", ", empty)),
          "Nothing is lost: there is nothing to read.");
    }
    if (columns.isEmpty()) {
      throw new Invalid(
          QueryError.EMPTY_OBJECT,
          "No object of the batch has a record, and no earlier one showed their columns: %s."
              .formatted(String.join(", ", empty)),
          "Nothing is lost. Put objects with records, or declare the columns in the stage.");
    }
    return columns.stream()
        .map(column ->
            (column.type().isEmpty() ? "NULL" : "NULL::" + column.type())
                + " AS "
                + Quote.name(column.name()))
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }
}
