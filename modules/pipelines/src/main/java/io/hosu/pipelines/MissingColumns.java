package io.hosu.pipelines;

import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import io.hosu.query.Guarded;
import io.hosu.query.engine.QueryError;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  private static final int NAMED = 20;
  private static final int LONGEST = 60;

  private MissingColumns() {}

  /**
   * The failure as it is to be told: itself, where it is about something else.
   *
   * @param failure of SQL that an engine could not bind
   * @param columns those that the records have; none where that is not known
   */
  static HosuException explained(
      Transforming.Work work, Guarded sql, HosuException failure, Supplier<List<String>> columns) {
    Matcher matcher = NOT_THERE.matcher(failure.what());
    if (failure.code() != QueryError.SQL_INVALID || !sql.readsInput() || !matcher.matches()) {
      return failure;
    }
    String name = name(matcher);
    List<String> there = columns.get().stream().filter(one -> !one.startsWith("_")).toList();
    String what =
        "The SQL names a column '%s', which %s%s%s%s"
            .formatted(
                name,
                records(work),
                sql.tables().isEmpty() ? "" : ", nor a table that it reads",
                Suggestions.ending(name, there),
                listed(there));
    String remedy =
        "Correct the name or the records; where records may be without it, read them as: SELECT *"
            + " FROM input UNION ALL BY NAME SELECT NULL::VARCHAR AS %s WHERE false"
                .formatted(name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : '"' + name + '"');
    return failure
        .place()
        .map(place -> new Invalid(PipelinesError.COLUMN_NOT_IN_RECORDS, what, remedy, place))
        .orElseGet(() -> new Invalid(PipelinesError.COLUMN_NOT_IN_RECORDS, what, remedy));
  }

  private static String records(Transforming.Work work) {
    if (work.stage().readsEvents()) {
      return "no event of the batch has";
    }
    List<InputObject> objects = work.objects();
    return switch (objects.size()) {
      case 0 -> "no record has";
      case 1 -> "no record of object %s has".formatted(objects.getFirst().text());
      default ->
          "no record of object %s and %d more has"
              .formatted(objects.getFirst().text(), objects.size() - 1);
    };
  }

  private static String listed(List<String> there) {
    if (there.isEmpty()) {
      return "";
    }
    String names =
        there.stream().limit(NAMED).map(MissingColumns::cut).collect(Collectors.joining(", "));
    int more = there.size() - NAMED;
    return " The records have: %s%s."
        .formatted(names, more > 0 ? " and %d more".formatted(more) : "");
  }

  private static String cut(String name) {
    return name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
  }

  private static String name(Matcher matcher) {
    return Optional.ofNullable(matcher.group("found"))
        .or(() -> Optional.ofNullable(matcher.group("defined")))
        .orElseGet(() -> matcher.group("named"));
  }
}
