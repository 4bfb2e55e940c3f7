package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The grants of one principal at one moment, by where they are. What it finds once it remembers.
 * May be used from any thread.
 */
final class Sheet {
  private static final int MOST_REMEMBERED = 1000;

  private final Principal principal;
  private final TagTree tags;
  private final NameState columnNames;
  private final Map<Resource, List<Grant>> byPlace = new HashMap<>();
  private final List<TaggedGrant> tagged = new ArrayList<>();
  private final Set<Resource> around = new HashSet<>();
  private final Map<SortedMap<String, String>, List<Grant>> byTags = new ConcurrentHashMap<>();
  private volatile @Nullable Set<Resource> aroundTagged;
  private final Instant end;

  /** A grant on what is tagged, ready to be asked. */
  private record TaggedGrant(Expression expression, Grant grant) {}

  /**
   * The sheet of {@code principal}.
   *
   * @param grants all that it has, those first that stand for what it is; none is over
   * @param state whose tags and names of columns they speak of
   * @param end when the first of them is over
   */
  Sheet(Principal principal, List<Grant> grants, PolicyState state, Instant end) {
    this.principal = principal;
    this.tags = state.tags();
    this.columnNames = state.names();
    this.end = end;
    grants.forEach(this::add);
  }

  private void add(Grant grant) {
    if (grant.on() instanceof Resource.Tagged(Expression expression)) {
      tagged.add(new TaggedGrant(expression, grant));
      return;
    }
    byPlace.computeIfAbsent(grant.on(), _ -> new ArrayList<>()).add(grant);
    if (!grant.denies() && grant.terms().where().isEmpty()) {
      around.addAll(tags.around(grant.on()));
    }
  }

  /** Whether it still says what is so at {@code time}. */
  boolean holdsAt(Instant time) {
    return time.isBefore(end);
  }

  /** All grants, in no order. */
  List<Grant> all() {
    List<Grant> all = new ArrayList<>();
    byPlace.values().forEach(all::addAll);
    tagged.forEach(one -> all.add(one.grant));
    return all;
  }

  /** The grants that hold for {@code resource}, because of where it lies or how it is tagged. */
  List<Grant> on(Resource resource) {
    SortedMap<String, String> its = tags.tags(resource);
    return holding(places(resource), its);
  }

  /** The grants on what {@code resource} lies in, wherever they hold. */
  List<Grant> places(Resource resource) {
    List<Grant> found = new ArrayList<>();
    for (Resource outer : tags.around(resource)) {
      List<Grant> here = byPlace.get(outer);
      if (here != null) {
        found.addAll(here);
      }
    }
    return found;
  }

  /** Those of {@code placed} that hold for what has these tags, and those on what is tagged so. */
  List<Grant> holding(List<Grant> placed, SortedMap<String, String> its) {
    List<Grant> found = new ArrayList<>();
    for (Grant grant : placed) {
      if (isWhere(grant, its)) {
        found.add(grant);
      }
    }
    found.addAll(tagged(its));
    return found;
  }

  /** Whether the {@code where} of {@code grant} holds for what has these tags. */
  boolean isWhere(Grant grant, SortedMap<String, String> its) {
    return grant.terms().where().isEmpty()
        || grant
            .terms()
            .where()
            .get()
            .holds(name ->
                name.of() == Expression.Of.PRINCIPAL
                    ? principal.attributes().get(name.name())
                    : its.get(name.name()));
  }

  private List<Grant> tagged(SortedMap<String, String> its) {
    if (tagged.isEmpty()) {
      return List.of();
    }
    List<Grant> known = byTags.get(its);
    if (known != null) {
      return known;
    }
    List<Grant> found = new ArrayList<>();
    for (TaggedGrant one : tagged) {
      if (one.expression.holds(name -> its.get(name.name())) && isWhere(one.grant, its)) {
        found.add(one.grant);
      }
    }
    if (byTags.size() < MOST_REMEMBERED) {
      byTags.put(its, found);
    }
    return found;
  }

  /** Whether something in {@code resource}, or it, is allowed. */
  boolean reachesInto(Resource resource) {
    return around.contains(resource) || aroundTagged().contains(resource);
  }

  /** Whether something in {@code resource}, or it, is allowed whatever tags there are. */
  boolean isAround(Resource resource) {
    return around.contains(resource);
  }

  /** Whether something is allowed that depends on tags. */
  boolean allowsByTags() {
    return all().stream()
        .filter(grant -> !grant.denies())
        .anyMatch(
            grant -> grant.on() instanceof Resource.Tagged || grant.terms().where().isPresent());
  }

  private Set<Resource> aroundTagged() {
    Set<Resource> known = aroundTagged;
    if (known == null) {
      known = findAroundTagged();
      aroundTagged = known;
    }
    return known;
  }

  private Set<Resource> findAroundTagged() {
    List<Grant> conditional =
        all().stream()
            .filter(grant -> !grant.denies() && grant.terms().where().isPresent())
            .filter(grant -> !(grant.on() instanceof Resource.Tagged))
            .toList();
    if (conditional.isEmpty() && tagged.isEmpty()) {
      return Set.of();
    }
    Set<Resource> found = new HashSet<>();
    tags.byTags()
        .forEach((its, resources) -> {
          boolean all = tagged(its).stream().anyMatch(grant -> !grant.denies());
          for (Resource resource : resources) {
            List<Resource> outer = tags.around(resource);
            if (all || anyWhere(conditional, outer, its)) {
              found.addAll(outer);
            }
          }
        });
    for (Grant grant : conditional) {
      if (isWhere(grant, tags.tags(grant.on()))) {
        found.addAll(tags.around(grant.on()));
      }
    }
    return found;
  }

  private boolean anyWhere(
      List<Grant> conditional, List<Resource> outer, SortedMap<String, String> its) {
    return conditional.stream()
        .anyMatch(grant -> outer.contains(grant.on()) && isWhere(grant, its));
  }

  /** What of a table these columns show. */
  Sights sights(TableName table, List<String> columns) {
    Meaning meaning = new Meaning(columnNames, columnNames.of(table));
    return new Sights(this, tags, meaning, table, columns);
  }

  /** Those of {@code columns} that quote records of the table beside {@code table}. */
  Set<String> quoting(TableName table, List<String> columns) {
    Meaning meaning = new Meaning(columnNames, columnNames.of(table));
    Set<String> found = new HashSet<>();
    for (String column : columns) {
      var who = meaning.identity(column);
      boolean quotes =
          who == null
              ? QUOTING.contains(Columns.small(column))
              : who.ever().stream().anyMatch(QUOTING::contains);
      if (quotes) {
        found.add(column);
      }
    }
    return found;
  }

  /** The columns of a quarantine table that quote records of the table beside it. */
  static final Set<String> QUOTING = Set.of("text", "reason", "read_as");

  /** Every column of {@code table} that something says more about than about its neighbours. */
  Set<String> special(TableName table) {
    Set<String> names = new HashSet<>(tags.taggedColumns(table));
    if (table.quarantined().isPresent()) {
      names.addAll(QUOTING);
    }
    List<Grant> near = new ArrayList<>(places(Resource.of(table)));
    tagged.forEach(one -> near.add(one.grant));
    near.stream()
        .filter(grant -> grant.terms().limits())
        .forEach(grant -> {
          names.addAll(grant.terms().columns().names());
          names.addAll(grant.terms().masks().keySet());
        });
    names.remove(Terms.EVERY);
    NameHistory history = columnNames.of(table);
    return history == null
        ? names
        : names.stream()
            .flatMap(name -> history.columns(name).stream())
            .collect(Collectors.toSet());
  }
}
