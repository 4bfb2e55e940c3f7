package io.hosu.governance;

import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which grants of the lake project have no effect, and why. */
final class GrantWarnings {
  private final Rights rights;
  private final Collection<Principal> principals;
  private final Map<TableName, List<String>> columns;
  private final Set<TableName> tables;
  private final boolean anythingDenied;

  /** About the grants of {@code state}, where there are these tables with these columns. */
  GrantWarnings(AccessState state, Map<TableName, List<String>> columns) {
    this.rights = state.rights();
    this.principals = state.principals().values();
    this.columns = columns;
    this.tables = columns.keySet();
    this.anythingDenied = rights.state().byId().values().stream().anyMatch(Grant::denies);
  }

  /** One for each grant without effect, by how they are written. */
  List<AccessWarning> all() {
    List<AccessWarning> all = new ArrayList<>();
    rights.state().byId().values().stream()
        .filter(grant -> grant.source().equals(Grant.GIT))
        .sorted((one, other) -> one.place().compareTo(other.place()))
        .forEach(grant -> {
          about(grant).or(() -> aboutFiles(grant)).ifPresent(all::add);
          aboutNames(grant).forEach(all::add);
        });
    return all;
  }

  /** Names of columns that were renamed since, and of tags that nothing has. */
  private Stream<AccessWarning> aboutNames(Grant grant) {
    Stream<AccessWarning> columns =
        new NameNotes(rights.state())
            .of(grant).stream()
                .map(note ->
                    new AccessWarning(
                        grant.written(),
                        note,
                        "Write the names of now, so that the grant is read as it is meant."));
    Set<String> keys = rights.state().tags().keys();
    Stream<AccessWarning> tags =
        Stream.concat(
                grant.on() instanceof Resource.Tagged(Expression on)
                    ? Stream.of(on)
                    : Stream.empty(),
                grant.terms().where().stream())
            .flatMap(expression -> Expression.tags(expression).stream())
            .distinct()
            .filter(key -> !keys.contains(key))
            .map(key ->
                new AccessWarning(
                    grant.written(),
                    "It asks for the tag '%s', which nothing has%s"
                        .formatted(key, Suggestions.ending(key, keys)),
                    "Correct it, or tag something so: hosu tags put RESOURCE %s=VALUE"
                        .formatted(key)));
    return Stream.concat(columns, tags);
  }

  /** Files of a table that somebody sees a part of are left out of what it may read. */
  private Optional<AccessWarning> aboutFiles(Grant grant) {
    if (grant.denies() || !grant.isAbout(Permission.READ_OBJECTS)) {
      return Optional.empty();
    }
    SortedSet<String> seenInPart = new TreeSet<>();
    SortedSet<String> by = new TreeSet<>();
    List<Principal> members = principals.stream().filter(grant.to()::includes).toList();
    for (TableName table : tables) {
      if (TableFolders.covers(grant.on(), TablePlaces.usual(table))) {
        members.stream()
            .filter(member -> rights.seesPart(member, table))
            .forEach(member -> {
              seenInPart.add(table.toString());
              by.add(member.toString());
            });
      }
    }
    return seenInPart.isEmpty()
        ? Optional.empty()
        : warning(
            grant,
            "READ_OBJECTS does not open the files of %s to %s, who may SELECT a part of it."
                .formatted(TableFolders.some(seenInPart), TableFolders.some(by)),
            "Let them query it with hosu sql, which shows that part; or grant SELECT on all of"
                + " it.");
  }

  private Optional<AccessWarning> about(Grant grant) {
    List<Principal> members = principals.stream().filter(grant.to()::includes).toList();
    if (members.isEmpty()) {
      return warning(
          grant,
          "It is to nobody: %s has no member.".formatted(grant.to()),
          "Put somebody there, or remove the grant.");
    }
    if (rights.isOver(grant)) {
      return warning(
          grant,
          "It is over since %s.".formatted(grant.terms().until().orElseThrow()),
          "Remove it, or give it another 'until'.");
    }
    Optional<String> missing = missing(grant.on());
    if (missing.isPresent()) {
      return warning(grant, missing.get(), "Correct what it is on, or remove the grant.");
    }
    return !grant.denies() && isDenied(grant, members)
        ? warning(
            grant,
            "It cannot be reached: all of it is denied to everybody who has it.",
            "Remove the grant or what denies it; see why with: hosu can PRINCIPAL PERMISSION "
                + grant.on())
        : Optional.empty();
  }

  private Optional<String> missing(Resource on) {
    return switch (on) {
      case Resource.Tagged(Expression expression) ->
          expression.holds(_ -> null)
                  || rights.state().tags().byTags().keySet().stream()
                      .anyMatch(tags -> expression.holds(name -> tags.get(name.name())))
              ? Optional.empty()
              : Optional.of("It is on nothing: nothing is tagged so.");
      case Resource.Table(TableName table) -> missing(table);
      case Resource.Column(TableName table, _) -> missing(table);
      case Resource.Lake _,
          Resource.Domain _,
          Resource.Layer _,
          Resource.Dataset _,
          Resource.Pipeline _,
          Resource.Bucket _,
          Resource.ObjectKey _ ->
          Optional.empty();
    };
  }

  private Optional<String> missing(TableName table) {
    return tables.contains(table)
        ? Optional.empty()
        : Optional.of("It is on nothing: there is no table %s.".formatted(table));
  }

  private boolean isDenied(Grant grant, List<Principal> members) {
    boolean toSelect = grant.permissions().equals(Set.of(Permission.SELECT));
    if (grant.terms().limits() || (toSelect && isTaken(grant, members))) {
      return isTaken(grant, members);
    }
    return !(grant.on() instanceof Resource.Tagged)
        && places(grant)
            .allMatch(place ->
                members.stream().allMatch(member -> isDenied(grant.permissions(), member, place)));
  }

  /**
   * Whether denials take all that a grant would show to anybody, which is known column by column in
   * each table. Of what is tagged another may be there tomorrow.
   */
  private boolean isTaken(Grant grant, List<Principal> members) {
    if (grant.on() instanceof Resource.Tagged || !anythingDenied) {
      return false;
    }
    boolean some = false;
    for (TableName table : tables) {
      if (!Covered.isIn(rights.state().tags(), grant.on(), table)) {
        continue;
      }
      for (Principal member : members) {
        Sights sights = rights.own(member).sights(table, columns.getOrDefault(table, List.of()));
        if (sights.used().contains(grant)) {
          return false;
        }
        some |= sights.taken().contains(grant);
      }
    }
    return some;
  }

  private boolean isDenied(Set<Permission> permissions, Principal member, Resource place) {
    return permissions.stream()
        .allMatch(
            permission -> rights.explain(member, permission, place) instanceof Decision.Denied);
  }

  /** Where a grant may hold: it itself, and what is tagged in it where that makes a difference. */
  private Stream<Resource> places(Grant grant) {
    TagTree tags = rights.state().tags();
    return grant.terms().where().isEmpty()
        ? Stream.of(grant.on())
        : Stream.concat(
            Stream.of(grant.on()),
            tags.byTags().values().stream()
                .flatMap(Collection::stream)
                .filter(place -> tags.around(place).contains(grant.on())));
  }

  private static Optional<AccessWarning> warning(Grant grant, String what, String remedy) {
    return Optional.of(new AccessWarning(grant.written(), what, remedy));
  }
}
