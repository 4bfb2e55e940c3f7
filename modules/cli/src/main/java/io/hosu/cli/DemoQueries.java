package io.hosu.cli;

import java.io.IOException;
import java.util.List;

/** Asks the demo's queries as one principal, and compares the answers with the expected ones. */
final class DemoQueries {
  private final SqlRunner sql;
  private final DemoReport report;

  DemoQueries(Context context, LakeClient client, DemoReport report) {
    this.sql = new SqlRunner(client, context);
    this.report = report;
  }

  /** Compares each of the numbers. */
  void count(List<DemoScript.Count> counts) throws IOException {
    for (DemoScript.Count count : counts) {
      var rows = sql.rows(count.sql());
      String cell = rows.isEmpty() ? null : rows.getFirst().getFirst();
      report.expect(
          count.what(), count.expected(), cell == null ? 0 : (long) Double.parseDouble(cell));
    }
  }

  /** Shows the question with its answer, of which it compares the first row. */
  void ask(DemoScript.Question question) throws IOException {
    report.title(question.asks());
    report.statement(question.sql());
    sql.run(question.sql(), Format.TABLE);
    var rows = sql.rows(question.sql());
    if (rows.isEmpty() || !question.firstRow().equals(rows.getFirst())) {
      report.differ(
          "the first row is %s, expected %s"
              .formatted(rows.isEmpty() ? "missing" : rows.getFirst(), question.firstRow()));
    }
  }
}
