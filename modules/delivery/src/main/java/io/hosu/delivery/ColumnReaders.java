package io.hosu.delivery;

import io.hosu.governance.Grant;
import io.hosu.governance.Resource;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.StageSpec;
import io.hosu.pipelines.Transform;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who names columns of a table: the stages of a project, and grants. The texts of SQL are searched
 * for the word, so that one may be told that means another column of the name.
 */
final class ColumnReaders {
  private static final int MOST = 10;

  private final TableName table;
  private final DesiredState desired;
  private final List<Grant> grants;

  /**
   * @param grants those that there are; of them, those that a project declares are not looked at
   */
  ColumnReaders(TableName table, DesiredState desired, List<Grant> grants) {
    this.table = table;
    this.desired = desired;
    this.grants = grants;
  }

  /** Those that name a column, as people call them; at most a handful. */
  List<String> of(String column) {
    String name = column.contains(".") ? column.substring(column.lastIndexOf('.') + 1) : column;
    Pattern word =
        Pattern.compile("(?i)(?<![A-Za-z0-9_])%s(?![A-Za-z0-9_])".formatted(Pattern.quote(name)));
    Set<String> all = new TreeSet<>();
    for (Declared declared : desired.declared()) {
      if (declared instanceof Declared.Stage(var spec) && names(spec, word)) {
        all.add("stage " + spec.name());
      }
      if (declared instanceof Declared.Grant grant && names(GrantKeeper.grant(grant), word)) {
        all.add("grant " + told(grant.to(), grant.on()));
      }
    }
    grants.stream()
        .filter(grant -> !grant.source().equals(Grant.GIT))
        .filter(grant -> names(grant, word))
        .forEach(grant -> all.add("grant " + told(grant.to().toString(), grant.on().toString())));
    int more = all.size() - MOST;
    List<String> some = all.stream().limit(MOST).collect(Collectors.toList());
    if (more > 0) {
      some.add("%d more".formatted(more));
    }
    return some;
  }

  private static String told(String to, String on) {
    return "%s on %s".formatted(to, on);
  }

  private boolean names(StageSpec stage, Pattern word) {
    return switch (stage.transform()) {
      case Transform.Sql(_, var text, var reads, _) -> {
        boolean isRead =
            reads.map(read -> read.contains(table)).orElseGet(() -> text.contains(table.table()));
        boolean isWritten = stage.into().table().equals(table);
        boolean isInText = (isRead || isWritten) && word.matcher(text).find();
        yield isInText || (isWritten && isSaid(stage, word));
      }
      case Transform.Crawl _ -> false;
    };
  }

  private static boolean isSaid(StageSpec stage, Pattern word) {
    return List.of(stage.into().key(), stage.into().partitionBy(), stage.into().sortBy()).stream()
        .flatMap(List::stream)
        .anyMatch(text -> word.matcher(text).find());
  }

  private boolean names(Grant grant, Pattern word) {
    return grant.on().covers(Resource.of(table))
        && word.matcher(grant.terms().toJson().toString()).find();
  }
}
