package io.hosu.pipelines;

import io.hosu.governance.Door;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.query.TableRef;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Tables;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The tables that the SQL of a stage reads, as far as the stage's role may. */
final class StageTables {
  private final Tables tables;
  private final Policy policy;

  StageTables(Tables tables, Policy policy) {
    this.tables = tables;
    this.policy = policy;
  }

  /** A table that is read, and how. */
  record ReadTable(TableRef ref, ScanPlan plan) {
    String snapshot() {
      return plan.snapshot().isPresent() ? Long.toString(plan.snapshot().getAsLong()) : "";
    }
  }

  /** The role that a stage acts as: it bears the stage's name. */
  static Principal role(StageSpec stage) {
    return Principal.role(stage.name().toString());
  }

  /**
   * Plans what the SQL reads.
   *
   * @throws Denied when the stage's role may not read one of the tables
   */
  List<ReadTable> plan(StageSpec stage, Collection<TableRef> refs) {
    List<ReadTable> planned = new ArrayList<>();
    refs.stream()
        .sorted(Comparator.comparing(ref -> String.join(".", ref.view())))
        .forEach(ref -> {
          policy.require(role(stage), Permission.SELECT, Resource.of(ref.table()), Door.STAGE);
          planned.add(new ReadTable(ref, plan(ref)));
        });
    return planned;
  }

  private ScanPlan plan(TableRef ref) {
    TableRef.At at = ref.at();
    if (at == null) {
      return tables.plan(ref.table());
    }
    if (!at.unit().equals("VERSION")) {
      throw StageSpec.invalid(
          "A stage cannot read %s as of a point in time.".formatted(ref.table()),
          "Name a snapshot: %s AT (VERSION => ...).".formatted(ref.table()));
    }
    return tables.planAt(ref.table(), version(ref, at.value()));
  }

  private static long version(TableRef ref, String value) throws Invalid {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException _) {
      throw StageSpec.invalid(
          "'%s' is no snapshot of %s.".formatted(value, ref.table()),
          "See its snapshots with: hosu tables history " + ref.table());
    }
  }
}
