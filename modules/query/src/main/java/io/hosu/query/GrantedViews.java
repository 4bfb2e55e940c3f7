package io.hosu.query;

import io.hosu.governance.Caller;
import io.hosu.governance.Decision;
import io.hosu.governance.Governance;
import io.hosu.governance.Held;
import io.hosu.governance.Limits;
import io.hosu.governance.MaskKeys;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.NamedColumns;
import io.hosu.query.engine.QueryError;
import io.hosu.tables.LakeTable;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.Tables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The views of an engine that stand for tables, as somebody may see them: with the rows, columns
 * and cells that the policy shows, at whatever state. May be used from any thread.
 */
public final class GrantedViews {
  private final Guard guard;
  private final FittingLimits fits;
  private final Governance governance;
  private final Policy policy;
  private final Principals principals;
  private final MaskKeys maskKeys;
  private final Tables tables;
  private final TablePlans plans;

  public GrantedViews(Guard guard, Governance governance, Tables tables) {
    this.guard = guard;
    this.fits = new FittingLimits(guard);
    this.governance = governance;
    this.policy = governance.policy();
    this.principals = governance.principals();
    this.maskKeys = governance.maskKeys();
    this.tables = tables;
    this.plans = new TablePlans(tables);
  }

  /** The views of the lake, which engines made, over these. */
  LakeViews lakeViews() {
    return new LakeViews(guard, policy, tables.open().views());
  }

  /**
   * Who asks, in one query.
   *
   * @param now the same principal with the groups and attributes that it has when that is asked
   *     for, if it is still there; one that nobody keeps stays what it is
   */
  record Asking(Caller caller, Supplier<Optional<Principal>> now) {
    Principal principal() {
      return caller.principal();
    }
  }

  /** {@code caller}, for one query. */
  Asking asking(Caller caller) {
    Principal principal = caller.principal();
    Optional<String> life = principals.find(principal.name()).map(Principal::life);
    return new Asking(
        caller,
        () ->
            life.isPresent()
                ? principals
                    .find(principal.name())
                    .filter(now -> now.life().equals(life.get()))
                    .map(now -> now.acting(principal.acting()))
                : Optional.of(principal));
  }

  /**
   * A view, and what tells whether its principal may still see at least that.
   *
   * @param stands asks the policy; nothing is recorded
   */
  record Granted(EngineView view, BooleanSupplier stands) {}

  /**
   * The view of what {@code caller} sees of a table. Who sees all of it may ask by their names for
   * the columns in which Iceberg tells of each row: its number, and that of its commit.
   *
   * @param read what is asked for; of who sees a part of the table all files are read: which of
   *     them hold what is hidden from them shows in how the engine plans
   * @throws NotFound when it is not there, or must not be known to be there
   * @throws Denied {@code PERMISSION_DENIED}; {@link QueryError#LIMITS_UNSUPPORTED} when conditions
   *     of grants do not fit the table, and no other shows anything of it
   */
  Granted of(Asking asking, TableRef ref, TableReading read) {
    Caller caller = asking.caller();
    Principal principal = caller.principal();
    LakeTable table = requireVisible(caller, ref.table());
    ScanPlan plan = plans.plan(table, ref);
    List<String> names = plan.namesIn(table);
    List<String> columns = all(names, table);
    Limits limits =
        policy.requireSight(
            caller, ref.table(), columns, read(plan.columns(), names, read.named()));
    EngineView view =
        limits.isNone()
            ? whole(ref, plan.where(read.filter()), read.named())
            : new EngineView(
                ref.view(),
                limited(principal, table, plan, names, limits, plan.sql(), List.of()),
                plan.paths(),
                EngineView.Rows.HIDDEN);
    return new Granted(view, () -> stands(asking, ref, columns, limits));
  }

  private static EngineView whole(TableRef ref, ScanPlan plan, NamedColumns named) {
    return new EngineView(
        ref.view(),
        plan.sqlWith(plan.lineageNames().stream().filter(named::says).toList()),
        plan.paths(),
        EngineView.Rows.deletedIf(plan.hidesRows()));
  }

  /**
   * What somebody sees of a table as it is, row by row with where each lies.
   *
   * @param plan all files
   * @param columns those that are seen, in their order, with their types
   * @param views makes the view of the rows of a SELECT that has columns besides, which come along
   * @param whole whether all rows, columns and cells are seen
   */
  record Placed(
      LakeTable table,
      ScanPlan plan,
      Map<String, String> columns,
      BiFunction<String, List<String>, EngineView> views,
      boolean whole) {}

  /**
   * What {@code caller} sees of a table, to be looked for in its files.
   *
   * @throws NotFound when it is not there, or must not be known to be there
   * @throws Denied {@code PERMISSION_DENIED}, {@link QueryError#LIMITS_UNSUPPORTED}
   */
  Placed placed(Asking asking, TableName name) {
    Caller caller = asking.caller();
    LakeTable table = requireVisible(caller, name);
    ScanPlan plan = tables.plan(table);
    List<String> names = plan.namesIn(table);
    Limits limits = policy.requireSight(caller, name, all(names, table), names);
    Map<String, String> seen = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (limits.isNone() || limits.columns().containsKey(names.get(i))) {
        SqlColumn column = plan.columns().get(i);
        seen.put(column.name(), column.type());
      }
    }
    List<String> view = new TableRef(name, null).view();
    return new Placed(
        table,
        plan,
        seen,
        (rows, along) ->
            limits.isNone()
                ? new EngineView(
                    view, rows, plan.paths(), EngineView.Rows.hiddenIf(plan.hidesRows()))
                : new EngineView(
                    view,
                    limited(caller.principal(), table, plan, names, limits, rows, along),
                    plan.paths(),
                    EngineView.Rows.HIDDEN),
        limits.isNone());
  }

  private static Denied doesNotFit(Principal principal, LakeTable table) {
    return new Denied(
        QueryError.LIMITS_UNSUPPORTED,
        "What %s may see of %s is said by conditions or masks alone that do not fit the table."
            .formatted(principal, table.name()),
        "The owner of the domain %s, or an administrator, can mend the grants (hosu access of %s): the server's log says what does not fit."
            .formatted(table.name().domain(), principal.name()));
  }

  /** What tells whether the credentials that {@code caller} came with are still good. */
  BooleanSupplier credentials(Caller caller) {
    return () -> governance.areGood(caller);
  }

  /** What the SQL may ask the vaults for, beside these views. */
  QueryVault vault(Asking asking) {
    return new QueryVault(
        governance.vault(), governance.detokenizing(asking.caller()), asking.now());
  }

  /**
   * What tells whether who asks may still see at least as much as now, whatever it is; to be asked
   * for before that is read. Nothing is recorded.
   */
  BooleanSupplier stands(Asking asking) {
    Held then = policy.rights().held(asking.principal());
    return () ->
        asking
            .now()
            .get()
            .filter(its -> its.attributes().equals(asking.principal().attributes()))
            .filter(its -> then.stands(policy.rights().held(its)))
            .isPresent();
  }

  /**
   * A table that is seen wholly, and what tells whether it still is.
   *
   * @param stands asks the policy; nothing is recorded
   */
  record Whole(LakeTable table, BooleanSupplier stands) {}

  /**
   * A table of which who asks sees every row, column and cell.
   *
   * @throws NotFound when it is not there, or must not be known to be there
   * @throws Denied {@code PERMISSION_DENIED}, also to who sees a part of it
   */
  Whole whole(Asking asking, TableName name) {
    LakeTable table = requireVisible(asking.caller(), name);
    Resource all = Resource.of(name);
    policy.require(asking.caller(), Permission.SELECT, all);
    return new Whole(
        table,
        () ->
            asking
                .now()
                .get()
                .filter(
                    its -> policy.decide(its, Permission.SELECT, all) instanceof Decision.Allowed)
                .isPresent());
  }

  /** Whether as much is seen now as when the view was made: all, or the same part. */
  private boolean stands(Asking asking, TableRef ref, List<String> columns, Limits limits) {
    Optional<Principal> now = asking.now().get();
    return now.isPresent()
        && policy.sight(now.get(), ref.table(), columns)
            instanceof Decision.Allowed(_, Limits limitsNow)
        && (limitsNow.isNone()
            || (limitsNow.equals(limits)
                && now.get().attributes().equals(asking.principal().attributes())));
  }

  private LakeTable requireVisible(Caller caller, TableName name) {
    Principal principal = caller.principal();
    if (!policy.visible(principal, Resource.of(name))) {
      policy.hide(caller, Permission.SELECT, Resource.of(name));
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
  private static List<String> all(List<String> names, LakeTable table) {
    Set<String> all = new LinkedHashSet<>(names);
    table.columns().forEach(column -> all.add(column.name()));
    return List.copyOf(all);
  }

  /** What SQL could read of the columns of the state, by today's names. */
  private static List<String> read(
      List<SqlColumn> columns, List<String> names, NamedColumns named) {
    List<String> read = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (named.may(columns.get(i).name())) {
        read.add(names.get(i));
      }
    }
    return read;
  }

  private String limited(
      Principal principal,
      LakeTable table,
      ScanPlan plan,
      List<String> names,
      Limits limits,
      String rows,
      List<String> along) {
    String domain = table.name().domain();
    LimitedRow row = new LimitedRow(table.columns(), plan.columns(), names);
    row.alongWith(along);
    row.alsoCalled(policy.formerNames(table.name()));
    Limits fitting =
        fits.of(limits, table.name(), row.types(), principal.attributes())
            .orElseThrow(() -> doesNotFit(principal, table));
    return new LimitedSql(guard, principal, domain, maskKeys.hashKey(domain), row)
        .select(rows, fitting);
  }
}
