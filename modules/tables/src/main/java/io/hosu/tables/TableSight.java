package io.hosu.tables;

import io.hosu.governance.Authentication;
import io.hosu.governance.Decision;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What callers may know of tables. */
final class TableSight {
  private final Tables tables;
  private final Policy policy;

  TableSight(Tables tables, Policy policy) {
    this.tables = tables;
    this.policy = policy;
  }

  /** Whether nothing of the table is hidden: how much there is of it tells of hidden rows too. */
  static boolean isWhole(Rights rights, Principal principal, TableName table) {
    return !rights.seesPart(principal, table);
  }

  /** Those of the columns that do not exist for somebody who reads the table. */
  Set<String> hidden(Principal principal, TableName table, Collection<String> columns) {
    return switch (policy.sight(principal, table, List.copyOf(columns))) {
      case Decision.Allowed allowed when !allowed.limits().isNone() -> {
        Set<String> hidden = new HashSet<>(columns);
        hidden.removeAll(allowed.limits().columns().keySet());
        yield hidden;
      }
      case Decision.Allowed _, Decision.Denied _ -> Set.of();
    };
  }

  /**
   * The table that a call names.
   *
   * @throws NotFound also when the caller may not know of it
   */
  LakeTable require(Call call) {
    TableName name = call.variable("name", TableName::parse);
    Principal principal = Authentication.principal(call);
    Rights rights = policy.rights();
    if (!rights.visible(principal, Resource.of(name))) {
      throw unknown(name, principal, rights);
    }
    policy.require(Authentication.caller(call), Permission.DESCRIBE, Resource.of(name));
    return tables.find(name).orElseThrow(() -> unknown(name, principal, rights));
  }

  private NotFound unknown(TableName name, Principal principal, Rights rights) {
    List<TableName> visible =
        tables.list().stream()
            .filter(known -> rights.visible(principal, Resource.of(known)))
            .toList();
    boolean isView =
        rights.visible(principal, Resource.of(name))
            && tables.open().views().find(name).isPresent();
    return isView
        ? new NotFound(
            TablesError.TABLE_NOT_FOUND,
            "%s is no table, but a view.".formatted(name),
            "See it with: hosu views describe " + name)
        : Tables.notFound(name, visible);
  }
}
