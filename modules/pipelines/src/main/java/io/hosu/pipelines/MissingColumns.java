package io.hosu.pipelines;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.Guarded;
import io.hosu.query.engine.QueryError;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells of SQL that names a column which no record of the batch has. In a batch where one record
 * has it the others have NULL there, so that the SQL may well be right and the records at fault.
 */
final class MissingColumns {
  private static final Pattern NOT_THERE =
      Pattern.compile(
          "Referenced column \"(?<found>.+?)\" not found in FROM clause.*"
              + "|Column \"(?<defined>.+?)\" referenced that exists in the SELECT clause.*"
              + "|.* does not have a column named \"(?<named>.+?)\".*",
          Pattern.DOTALL);

  private static final Pattern NEAR = Pattern.compile("Candidate bindings?: *([^.]+)");

  private MissingColumns() {}

  /**
   * The failure as it is to be told: itself, where it is about something else.
   *
   * @param failure of SQL that an engine could not bind
   */
  static HosuException explained(StageSpec stage, Guarded sql, HosuException failure) {
    Matcher matcher = NOT_THERE.matcher(failure.what());
    if (failure.code() != QueryError.SQL_INVALID || !sql.readsInput() || !matcher.matches()) {
      return failure;
    }
    String name = name(matcher);
    String what =
        "The SQL names a column '%s', which no %s of the batch has%s.%s"
            .formatted(
                name,
                stage.readsEvents() ? "event" : "object",
                sql.tables().isEmpty() ? "" : ", nor a table that it reads",
                near(failure.what()));
    String remedy =
        "Correct the name or the records; where records may be without it, read them as: SELECT *"
            + " FROM input UNION ALL BY NAME SELECT NULL::VARCHAR AS %s WHERE false"
                .formatted(name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : '"' + name + '"');
    return failure
        .place()
        .map(place -> new Invalid(PipelinesError.COLUMN_NOT_IN_RECORDS, what, remedy, place))
        .orElseGet(() -> new Invalid(PipelinesError.COLUMN_NOT_IN_RECORDS, what, remedy));
  }

  /** Names that are like it, where the engine has found some. */
  private static String near(String what) {
    Matcher near = NEAR.matcher(what);
    return near.find() ? " Names like it: %s.".formatted(near.group(1).strip()) : "";
  }

  private static String name(Matcher matcher) {
    return Optional.ofNullable(matcher.group("found"))
        .or(() -> Optional.ofNullable(matcher.group("defined")))
        .orElseGet(() -> matcher.group("named"));
  }
}
