package io.hosu.tables.iceberg;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Limits;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.tables.LakeTable;
import io.hosu.tables.LakeView;
import io.hosu.tables.Tables;
import io.hosu.tables.Views;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who may have a table at this door. An engine outside reads the files themselves, so that nothing
 * can be left out for it: who sees a part of a table gets none of it here, unless the engine is
 * trusted to leave out the rest. May be used from any thread.
 */
final class Readers {
  private final Tables tables;
  private final Policy policy;
  private final Engines engines;

  Readers(Tables tables, Policy policy, Engines engines) {
    this.tables = tables;
    this.policy = policy;
    this.engines = engines;
  }

  /**
   * A table for who may have it here.
   *
   * @param rights by which that was decided, and by which all is that is told of the table
   * @param restrictions what the engine has to keep to, as the protocol has it; empty where all of
   *     the table may be seen
   */
  record ReadableTable(LakeTable table, Rights rights, Optional<Restricted> restrictions) {}

  /**
   * What an engine that keeps to limits gets of a table.
   *
   * @param engine as it signs in, whoever works through it
   */
  record Restricted(Principal engine, ObjectNode restrictions) {}

  /**
   * The table to read, for who may have it here; with restrictions for an engine that keeps to
   * them.
   *
   * @throws NotFound as {@link #requireKnown} does
   * @throws Denied when the caller may see a part of it only, through an engine that is not trusted
   *     to leave out the rest; {@link IcebergError#LIMITS_INEXPRESSIBLE}
   */
  ReadableTable requireReadable(Call call, TableName name) {
    Caller caller = Authentication.caller(call);
    Rights rights = policy.rights();
    boolean part = rights.seesPart(caller.principal(), name);
    Optional<Principal> engine = part ? engines.of(caller.principal()) : Optional.empty();
    if (engine.isEmpty()) {
      LakeTable table = requireKnown(call, name, rights);
      if (part) {
        requireAll(caller, name);
      }
      policy.require(rights, caller, Permission.DESCRIBE, Resource.of(name));
      return new ReadableTable(table, rights, Optional.empty());
    }
    LakeTable table = requireKnown(call, name, rights);
    List<String> names = ReadRestrictions.names(table.metadata());
    Limits limits = policy.requireSight(caller, name, names, names).resolved(caller.principal());
    Optional<Restricted> restricted =
        limits.isNone()
            ? Optional.empty()
            : Optional.of(new Restricted(engine.get(), restrictions(caller, table, limits)));
    return new ReadableTable(table, rights, restricted);
  }

  private ObjectNode restrictions(Caller caller, LakeTable table, Limits limits) {
    try {
      return new ReadRestrictions(table.metadata(), limits, policy.formerNames(table.name()))
          .toJson();
    } catch (RowFilter.Inexpressible e) {
      throw new Denied(
          IcebergError.LIMITS_INEXPRESSIBLE,
          "Which rows of %s %s may see cannot be said to an engine: %s."
              .formatted(table.name(), caller.principal(), e.getMessage()),
          "Query it with hosu sql, which shows what may be seen; or have the rows of the grant said"
              + " by comparisons of columns with literals.");
    }
  }

  /**
   * The table, for who may know of it.
   *
   * @throws NotFound {@link io.hosu.tables.TablesError#TABLE_NOT_FOUND}, also when there is one
   *     that the caller may not know of
   */
  LakeTable requireKnown(Call call, TableName name) {
    return requireKnown(call, name, policy.rights());
  }

  private LakeTable requireKnown(Call call, TableName name, Rights rights) {
    return known(call, name, rights, tables::find, () -> unknown(call, name));
  }

  /**
   * The view, for who may know of it.
   *
   * @throws NotFound {@link io.hosu.tables.TablesError#VIEW_NOT_FOUND}, also when there is one that
   *     the caller may not know of
   */
  LakeView requireKnownView(Call call, TableName name) {
    Views views = tables.open().views();
    return known(
        call,
        name,
        policy.rights(),
        views::find,
        () -> Missing.view(Missing.id(name), visible(call, name.domain(), views.list())));
  }

  private <T> T known(
      Call call,
      TableName name,
      Rights rights,
      Function<TableName, Optional<T>> find,
      Supplier<NotFound> unknown) {
    Caller caller = Authentication.caller(call);
    if (!rights.visible(caller.principal(), Resource.of(name))) {
      policy.hide(caller, Permission.DESCRIBE, Resource.of(name));
      throw unknown.get();
    }
    return find.apply(name).orElseThrow(unknown);
  }

  /** The names of those of {@code all} in a layer that the caller may know of. */
  List<String> names(Call call, String domain, String layer, List<TableName> all) {
    return visible(call, domain, all).stream()
        .filter(name -> name.layer().equals(layer))
        .map(TableName::table)
        .toList();
  }

  /**
   * Refuses who sees a part of a table that is there already, also when it asks for a new one. A
   * new one is all the caller's own.
   */
  void requireWholeIfThere(Caller caller, TableName name) {
    if (tables.find(name).isPresent() || tables.open().views().find(name).isPresent()) {
      requireWhole(caller, name);
    }
  }

  /** Refuses who sees a part of the table: also from changing it, which shows the rest. */
  void requireWhole(Caller caller, TableName name) {
    if (policy.rights().seesPart(caller.principal(), name)) {
      requireAll(caller, name);
    }
  }

  private void requireAll(Caller caller, TableName name) {
    try {
      policy.require(caller, Permission.SELECT, Resource.of(name));
    } catch (Denied e) {
      throw new Denied(
          e.code(),
          e.what()
              + " An engine at this door reads the files of the table, in which nothing can be left"
              + " out.",
          "Query it with hosu sql, which shows what you may see. " + e.remedy(),
          e.facts());
    }
  }

  private NotFound unknown(Call call, TableName name) {
    return Missing.table(name, visible(call, name.domain(), tables.list()));
  }

  private List<TableName> visible(Call call, String domain, List<TableName> all) {
    Rights rights = policy.rights();
    var principal = Authentication.principal(call);
    return all.stream()
        .filter(known -> known.domain().equals(domain))
        .filter(known -> rights.visible(principal, Resource.of(known)))
        .toList();
  }
}
