package io.hosu.server;

import io.hosu.governance.Governance;
import io.hosu.governance.Policy;
import io.hosu.http.Routes;
import io.hosu.pipelines.ArchivedExecutions;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.RollbackApi;
import io.hosu.pipelines.Rollbacks;
import io.hosu.pipelines.TableDropApi;
import io.hosu.pipelines.TableRollbackApi;
import io.hosu.store.Database;
import io.hosu.tables.TableUses;
import io.hosu.tables.Tables;

/** What takes back what was published, and does away with tables. */
final class RollbackRoutes {
  private RollbackRoutes() {}

  static Routes of(
      Database database,
      Pipelines pipelines,
      Tables tables,
      ArchivedExecutions history,
      Governance governance,
      TableUses uses) {
    Policy policy = governance.policy();
    Rollbacks rollbacks = pipelines.rollbacks(tables, history);
    return router -> {
      new RollbackApi(rollbacks, history, policy).register(router);
      new TableRollbackApi(database, rollbacks, tables, policy).register(router);
      new TableDropApi(database, tables, uses, policy).register(router);
    };
  }
}
