package io.hosu.pipelines;

import io.hosu.governance.Grant;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the role of a stage may do: read those tables of its own domain that its SQL and its rules
 * name, all of them where nobody looked into it, and write its target; a crawler reads the objects
 * of its place. What another domain has, only grants let it read.
 */
final class StageRights {
  private StageRights() {}

  static List<Grant> of(StageSpec stage) {
    String name = stage.name().toString();
    String domain = stage.name().domain();
    List<Grant> rights = new ArrayList<>();
    switch (stage.transform()) {
      case Transform.Sql sql ->
          sql.reads()
              .map(tables ->
                  tables.stream()
                      .filter(table -> table.domain().equals(domain))
                      .<Resource>map(Resource::of)
                      .toList())
              .orElse(List.of(new Resource.Domain(domain)))
              .forEach(on -> rights.add(Grant.ofStage(name, Set.of(Permission.SELECT), on)));
      case Transform.Crawl crawl -> {
        int slash = crawl.place().indexOf('/');
        Resource place =
            Resource.objects(crawl.place().substring(0, slash), crawl.place().substring(slash + 1));
        rights.add(Grant.ofStage(name, Set.of(Permission.READ_OBJECTS), place));
      }
    }
    stage.audit().reads().stream()
        .filter(table -> table.domain().equals(domain))
        .map(table -> Grant.ofStage(name, Set.of(Permission.SELECT), Resource.of(table)))
        .filter(right -> !rights.contains(right))
        .forEach(rights::add);
    rights.add(
        Grant.ofStage(
            name,
            Set.of(Permission.INSERT, Permission.DELETE, Permission.ALTER),
            Resource.of(stage.into().table())));
    return rights;
  }
}
