package io.hosu.pipelines.crawl;

import io.hosu.events.DeadLetter;
import io.hosu.events.DeadLetterFilter;
import io.hosu.events.DeadLetters;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.StageName;
import io.hosu.pipelines.PipelinesError;
import io.hosu.store.Transaction;
import io.hosu.tables.TablesError;
import java.util.List;

/** The objects that a stage could not load as its table was. */
final class Unfitting {
  private static final int AT_ONCE = 10_000;

  private static final List<ErrorCode> CODES =
      List.of(
          PipelinesError.DRIFT_REFUSED,
          TablesError.SCHEMA_INCOMPATIBLE,
          TablesError.CONTRACT_BROKEN);

  private Unfitting() {}

  /** Has the stage try them again, now that the table is another one. */
  static void putBack(Transaction tx, DeadLetters letters, StageName stage, String by) {
    for (ErrorCode code : CODES) {
      DeadLetterFilter unfit = DeadLetterFilter.ALL.within(stage.toString()).code(code.name());
      List<String> ids =
          letters.list(tx, unfit, AT_ONCE).items().stream().map(DeadLetter::id).toList();
      letters.redrive(tx, ids, by);
    }
  }
}
