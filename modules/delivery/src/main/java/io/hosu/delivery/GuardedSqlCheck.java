package io.hosu.delivery;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.Guard;
import io.hosu.query.Guarded;
import io.hosu.query.Scope;
import io.hosu.query.TableRef;
import java.util.HashSet;
import java.util.Set;

/** Checks SQL files by the guard that every stage's SQL must pass. */
public final class GuardedSqlCheck implements SqlCheck {
  private final Guard guard;

  public GuardedSqlCheck(Guard guard) {
    this.guard = guard;
  }

  @Override
  public Verdict check(String domain, String text) {
    try {
      Guarded guarded = guard.check(text, Scope.overInput(domain));
      Set<String> tables = new HashSet<>();
      guarded.tables().forEach(read -> tables.add(read.table().toString()));
      if (guarded.readsInput()) {
        tables.add(Scope.INPUT);
      }
      Set<String> changes = new HashSet<>();
      guarded.tables().stream()
          .filter(TableRef::isChanges)
          .forEach(read -> changes.add(read.table().toString()));
      return new Verdict.Reads(tables, changes);
    } catch (Invalid e) {
      return e.place()
          .<Verdict>map(
              place -> new Verdict.Wrong((int) place.line(), place.column(), e.what(), e.remedy()))
          .orElseGet(() -> new Verdict.Wrong(0, 0, e.what(), e.remedy()));
    }
  }
}
