package io.hosu.query;

import io.hosu.governance.Door;
import io.hosu.governance.Governance;
import io.hosu.governance.Limits;
import io.hosu.governance.MaskKeys;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.QueryError;
import io.hosu.tables.LakeTable;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.Tables;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The views of an engine that stand for tables, as somebody may see them: with the rows, columns
 * and cells that the policy shows, at whatever state. May be used from any thread.
 */
public final class GrantedViews {
  private static final Logger log = LoggerFactory.getLogger(GrantedViews.class);

  private final Guard guard;
  private final Policy policy;
  private final MaskKeys maskKeys;
  private final Tables tables;
  private final TablePlans plans;

  public GrantedViews(Guard guard, Governance governance, Tables tables) {
    this.guard = guard;
    this.policy = governance.policy();
    this.maskKeys = governance.maskKeys();
    this.tables = tables;
    this.plans = new TablePlans(tables);
  }

  /**
   * The view of what {@code principal} sees of a table.
   *
   * @throws NotFound when it is not there, or must not be known to be there
   * @throws Denied {@code PERMISSION_DENIED}; {@link QueryError#LIMITS_UNSUPPORTED} when a grant's
   *     condition does not fit the table, so that nothing can be shown
   */
  EngineView of(Principal principal, TableRef ref) {
    LakeTable table = requireVisible(principal, ref.table());
    ScanPlan plan = plans.plan(table, ref);
    List<Optional<String>> names = plan.namesIn(table);
    Limits limits = policy.requireSight(principal, ref.table(), all(names, table), Door.SQL);
    return limits.isNone()
        ? new EngineView(ref.view(), plan.sql(), plan.paths())
        : new EngineView(
            ref.view(),
            limited(principal, table, plan, names, limits),
            plan.paths(),
            EngineView.Rows.HIDDEN);
  }

  private LakeTable requireVisible(Principal principal, TableName name) {
    if (!policy.visible(principal, Resource.of(name))) {
      throw notFound(principal, name);
    }
    return tables.find(name).orElseThrow(() -> notFound(principal, name));
  }

  private NotFound notFound(Principal principal, TableName name) {
    Rights rights = policy.rights();
    return Tables.notFound(
        name,
        tables.list().stream()
            .filter(other -> rights.visible(principal, Resource.of(other)))
            .toList());
  }

  /** The columns of the state that is read, and those that the table has now, by today's names. */
  private static List<String> all(List<Optional<String>> names, LakeTable table) {
    Set<String> all = new LinkedHashSet<>();
    Stream.concat(
            names.stream().flatMap(Optional::stream), table.columns().stream().map(SqlColumn::name))
        .forEach(all::add);
    return List.copyOf(all);
  }

  private String limited(
      Principal principal,
      LakeTable table,
      ScanPlan plan,
      List<Optional<String>> names,
      Limits limits) {
    List<LimitedSql.Seen> seen = new ArrayList<>();
    for (SqlColumn column : plan.columns()) {
      seen.add(new LimitedSql.Seen(column, names.get(seen.size())));
    }
    try {
      return new LimitedSql(
              guard, principal, maskKeys.hashKey(table.name().domain()), table.columns())
          .select(plan.sql(), seen, limits);
    } catch (Invalid e) {
      log.atError()
          .setMessage("condition of a grant does not fit its table")
          .addKeyValue("table", table.name())
          .addKeyValue("principal", principal)
          .setCause(e)
          .log();
      throw new Denied(
          QueryError.LIMITS_UNSUPPORTED,
          "What you may see of %s is said by a condition that does not fit the table."
              .formatted(table.name()),
          "Tell its owner; the server's log names the condition.");
    }
  }
}
