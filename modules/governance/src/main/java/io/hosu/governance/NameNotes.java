package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which names in grants are older than those of the columns that they mean. For who may know all
 * columns of a table.
 */
final class NameNotes {
  private static final int MOST = 5;

  private final PolicyState state;

  NameNotes(PolicyState state) {
    this.state = state;
  }

  /** What is to be said of the names in one grant, each in a sentence, of a few tables at most. */
  List<String> of(Grant grant) {
    List<String> all = new ArrayList<>();
    state.names().histories().entrySet().stream()
        .filter(entry -> mayReach(grant, entry.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> all.addAll(of(grant, entry.getKey(), entry.getValue())));
    return all.size() <= MOST
        ? all
        : Stream.concat(
                all.stream().limit(MOST),
                Stream.of("%d more such names are not listed.".formatted(all.size() - MOST)))
            .toList();
  }

  /** The same of all {@code grants}, as far as they are about one table. */
  List<String> of(List<Grant> grants, TableName table) {
    NameHistory history = state.names().of(table);
    return history == null
        ? List.of()
        : grants.stream()
            .filter(grant -> mayReach(grant, table))
            .flatMap(grant -> of(grant, table, history).stream())
            .distinct()
            .limit(MOST)
            .toList();
  }

  private boolean mayReach(Grant grant, TableName table) {
    return grant.on() instanceof Resource.Tagged
        || state.tags().around(Resource.of(table)).contains(grant.on());
  }

  private List<String> of(Grant grant, TableName table, NameHistory history) {
    long given = state.names().given(grant);
    Terms terms = grant.terms();
    Set<String> names = new TreeSet<>(terms.columns().names());
    names.addAll(terms.masks().keySet());
    List<String> all = new ArrayList<>();
    for (String name : names) {
      history
          .moved(name, given)
          .ifPresent(now ->
              all.add(
                  "The grant names column %s of %s, which %s%s."
                      .formatted(
                          name,
                          table,
                          ColumnNames.isGone(now) ? "is gone" : "is called %s now".formatted(now),
                          history.isTaken(name, given) ? "; another has that name" : "")));
    }
    conditions(terms)
        .filter(condition -> !history.isClear(condition.sql(), given))
        .forEach(condition ->
            all.add(
                "The condition '%s' of the grant names columns of %s that are others now: it shows nothing, or hides all that it is about."
                    .formatted(condition, table)));
    return all;
  }

  private static Stream<Condition> conditions(Terms terms) {
    Stream<Condition> ofMasks =
        terms.masks().values().stream()
            .flatMap(masking ->
                Stream.concat(
                    masking.when().stream(),
                    masking.mask() instanceof Mask.Sql(Condition sql)
                        ? Stream.of(sql)
                        : Stream.empty()));
    return Stream.concat(terms.rows().stream(), ofMasks);
  }
}
