package io.hosu.tables.iceberg;

import io.hosu.governance.Authentication;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.tables.LakeTable;
import io.hosu.tables.Tables;
import java.util.List;

/**
 * Who may have a table at this door. An engine outside reads the files themselves, so that nothing
 * can be left out for it: who sees a part of a table gets none of it here. May be used from any
 * thread.
 */
final class Readers {
  private final Tables tables;
  private final Policy policy;

  Readers(Tables tables, Policy policy) {
    this.tables = tables;
    this.policy = policy;
  }

  /**
   * The table, for who may know of it.
   *
   * @throws NotFound {@link io.hosu.tables.TablesError#TABLE_NOT_FOUND}, also when there is one
   *     that the caller may not know of
   */
  LakeTable requireKnown(Call call, TableName name) {
    Caller caller = Authentication.caller(call);
    if (!policy.visible(caller.principal(), Resource.of(name))) {
      policy.hide(caller, Permission.DESCRIBE, Resource.of(name));
      throw unknown(call, name);
    }
    return tables.find(name).orElseThrow(() -> unknown(call, name));
  }

  /**
   * The table, for who may have it here.
   *
   * @throws NotFound as {@link #requireKnown} does
   * @throws Denied when the caller may see a part of it only
   */
  LakeTable require(Call call, TableName name) {
    LakeTable table = requireKnown(call, name);
    Caller caller = Authentication.caller(call);
    requireWhole(caller, name);
    policy.require(caller, Permission.DESCRIBE, Resource.of(name));
    return table;
  }

  /** Refuses who sees a part of the table: also from changing it, which shows the rest. */
  void requireWhole(Caller caller, TableName name) {
    if (!policy.rights().seesPart(caller.principal(), name)) {
      return;
    }
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
    Rights rights = policy.rights();
    var principal = Authentication.principal(call);
    List<TableName> visible =
        tables.list().stream()
            .filter(known -> rights.visible(principal, Resource.of(known)))
            .toList();
    return Tables.notFound(name, visible);
  }
}
