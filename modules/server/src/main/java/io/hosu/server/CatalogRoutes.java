package io.hosu.server;

import io.hosu.governance.Governance;
import io.hosu.http.Routes;
import io.hosu.store.Database;
import io.hosu.tables.SchemasApi;
import io.hosu.tables.SearchApi;
import io.hosu.tables.Tables;
import io.hosu.tables.TablesApi;
import io.hosu.tables.ViewsApi;
import java.util.List;

/** What is asked of the catalog. */
final class CatalogRoutes {
  private CatalogRoutes() {}

  static Routes of(Database database, Tables tables, Governance governance) {
    List<Routes> all =
        List.of(
            new TablesApi(tables, governance.policy(), governance.domains()),
            new ViewsApi(database, tables, governance.policy()),
            new SchemasApi(database, tables, governance.policy()),
            new SearchApi(
                database, tables, governance.policy(), governance.domains(), governance.tags()));
    return router -> all.forEach(one -> one.register(router));
  }
}
