package io.hosu.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hosu.governance.Limits;
import io.hosu.governance.Mask;
import io.hosu.kernel.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of limits fits the columns of a table. What was found out is remembered. May be used from
 * any thread.
 */
final class FittingLimits {
  private static final Logger log = LoggerFactory.getLogger(FittingLimits.class);
  private static final int REMEMBERED = 10_000;

  private final Guard guard;
  private final Cache<Key, Boolean> known = Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  FittingLimits(Guard guard) {
    this.guard = guard;
  }

  /**
   * What was asked.
   *
   * @param attributes none, where the SQL asks for none
   */
  private record Key(
      TableName table,
      Map<String, String> types,
      Map<String, String> attributes,
      String sql,
      RowFit.Use use) {}

  /** What of limits is asked about, for one principal and one table. */
  private record Asked(TableName table, Map<String, String> types, Map<String, String> attributes) {
    Key key(String sql, RowFit.Use use) {
      boolean asks = sql.toLowerCase(Locale.ROOT).contains("principal");
      return new Key(table, types, asks ? attributes : Map.of(), sql, use);
    }
  }

  /**
   * What is left of {@code limits}, as {@link Limits#fitting} has it; nothing when nothing is seen.
   *
   * @param types the columns of the table by name, with their types
   * @param attributes of who sees by them
   */
  Optional<Limits> of(
      Limits limits, TableName table, Map<String, String> types, Map<String, String> attributes) {
    Asked asked = new Asked(table, Map.copyOf(types), Map.copyOf(attributes));
    return limits.fitting(
        new Limits.Fit() {
          @Override
          public boolean fits(String condition) {
            return known(asked.key(condition, RowFit.Use.CONDITION));
          }

          @Override
          public boolean fits(String column, Mask mask) {
            return mask instanceof Mask.Sql(var cell)
                ? known(asked.key(cell.sql(), RowFit.Use.CELL))
                : MaskFit.misfits(column, mask, types).isEmpty();
          }
        });
  }

  private boolean known(Key key) {
    return known.get(key, this::look);
  }

  /** What is wrong is for the log alone: it may name columns that somebody may not know. */
  private boolean look(Key key) {
    List<String> misfits = guard.misfits(key.sql(), key.types(), key.attributes(), key.use());
    if (!misfits.isEmpty()) {
      log.atError()
          .setMessage("condition or mask of a grant does not fit a table")
          .addKeyValue("table", key.table())
          .addKeyValue("sql", key.sql())
          .addKeyValue("why", String.join(" ", misfits))
          .log();
    }
    return misfits.isEmpty();
  }
}
