package io.hosu.governance;

import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who may do what, compiled from one state of grants, owners and tags; the rules are those of
 * docs/reference/access-rules.md. A grant that is over has no effect from that moment on. Who acts
 * within bounds may do what its own grants and each of the bounds allow. May be used from any
 * thread.
 */
public final class Rights {
  private static final int MOST_HOLDERS = 10_000;

  private final PolicyState state;
  private final InstantSource clock;
  private final Map<Whose, Holder> holders = new ConcurrentHashMap<>();

  /** Of whom a holder is: of a principal itself, or of a bound on it. */
  private record Whose(Principal principal, Optional<Bound> bound) {
    /** The same limits, which no longer ask for attributes if they are of another principal. */
    Limits resolved(Limits limits) {
      return bound.isPresent() && bound.get() instanceof Bound.Other(Principal other)
          ? limits.resolved(other.attributes())
          : limits;
    }

    boolean isSession() {
      return bound.isPresent() && bound.get() instanceof Bound.Session;
    }
  }

  Rights(PolicyState state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
  }

  static Rights none() {
    return new Rights(PolicyState.empty(), InstantSource.system());
  }

  PolicyState state() {
    return state;
  }

  /**
   * Whether {@code principal} may do this to {@code resource}, whatever is in it. A table counts as
   * one that may be SELECTed when all of it may be seen as it is: who can show less asks {@link
   * #sight}.
   */
  public Decision decide(Principal principal, Permission permission, Resource resource) {
    Optional<Bound.TableFiles> files = principal.acting().files();
    if (files.isPresent()) {
      return new FileRights(this, principal, files.get()).decide(permission, resource);
    }
    Optional<Decision.Denied> cloned = cloned(principal, permission, resource);
    if (cloned.isPresent()) {
      return cloned.get();
    }
    Decision decision =
        all(principal, permission, resource, whose -> decide(whose, permission, resource));
    return permission == Permission.READ_OBJECTS
            && decision instanceof Decision.Allowed allowed
            && resource instanceof Resource.ObjectKey(ObjectName object)
        ? asTable(principal, object, allowed)
        : decision;
  }

  private Decision decide(Whose whose, Permission permission, Resource resource) {
    return whose.isSession()
            && permission == Permission.DESCRIBE
            && resource instanceof Resource.Table(TableName table)
        ? holder(whose).describe(table, told(whose, table, names(whose.principal(), table)))
        : holder(whose).decide(permission, resource);
  }

  /**
   * Of {@code columns} those that may make a difference: who chooses the policy of its own session
   * could find out by it what its role does not see, if columns did that are hidden from the role.
   */
  private List<String> told(Whose whose, TableName table, List<String> columns) {
    return whose.isSession()
            && holder(new Whose(whose.principal(), Optional.empty())).sight(table, columns)
                instanceof Decision.Allowed(_, Limits limits)
            && !limits.isNone()
        ? List.copyOf(limits.columns().keySet())
        : columns;
  }

  /** Who may read objects reads files of a table only where it may SELECT all of the table. */
  private Decision asTable(Principal principal, ObjectName object, Decision.Allowed allowed) {
    Optional<TableName> table = tableOf(object);
    if (table.isEmpty()) {
      return allowed;
    }
    return switch (decide(principal, Permission.SELECT, Resource.of(table.get()))) {
      case Decision.Allowed _ -> allowed;
      case Decision.Denied denied ->
          Refusals.ofTable(
              principal,
              object,
              table.filter(name -> visible(principal, Resource.of(name))),
              denied);
    };
  }

  /**
   * The table of which an object is a file, or would be: one that lies there, or was the last to
   * lie there.
   */
  public Optional<TableName> tableOf(ObjectName object) {
    return state.tableOf(object);
  }

  /**
   * The folder {@code LAYER/DOMAIN/NAME/data/} or {@code metadata/} around an object that is a file
   * of a table: either all of what is in it may be read, or nothing.
   */
  public Optional<ObjectName> tableFolder(ObjectName object) {
    return tableOf(object).flatMap(_ -> TablePlaces.folder(object));
  }

  /**
   * The same as {@link #decide}, for people: who sees a part of a table may SELECT from it, with
   * limits that speak of the columns which grants name, and of the empty name for all others.
   */
  Decision explain(Principal principal, Permission permission, Resource resource) {
    return permission == Permission.SELECT && resource instanceof Resource.Table(TableName table)
        ? sight(principal, table, names(principal, table))
        : decide(principal, permission, resource);
  }

  /**
   * Whether {@code principal}, or somebody within whose rights it acts, may SELECT some of a table
   * and not all of it as it is: also when both together see nothing of it.
   */
  public boolean seesPart(Principal principal, TableName table) {
    List<String> names = names(principal, table);
    return cloned(principal, Permission.SELECT, Resource.of(table)).isEmpty()
        && holders(principal)
            .map(holder -> holder.sight(table, names))
            .anyMatch(
                sight -> sight instanceof Decision.Allowed(_, Limits limits) && !limits.isNone());
  }

  /** Every column of {@code table} of which something is said for {@code principal} alone. */
  Set<String> special(Principal principal, TableName table) {
    Set<String> special = new TreeSet<>();
    holders(principal).forEach(holder -> special.addAll(holder.sheet().special(table)));
    return special;
  }

  /** Whether a grant has no effect any more. */
  boolean isOver(Grant grant) {
    return grant.terms().isOver(clock.instant());
  }

  /** Names that stand for all columns the table may have: those spoken of, and any other. */
  private List<String> names(Principal principal, TableName table) {
    List<String> names = new ArrayList<>(special(principal, table));
    names.add("");
    return names;
  }

  /**
   * What {@code principal} may SELECT of {@code columns} of a table, and what it sees of them.
   *
   * @param columns all columns that the rows have, in their order
   */
  public Decision sight(Principal principal, TableName table, List<String> columns) {
    Optional<Decision.Denied> cloned = cloned(principal, Permission.SELECT, Resource.of(table));
    return cloned.isPresent()
        ? cloned.get()
        : all(
            principal,
            Permission.SELECT,
            Resource.of(table),
            whose -> holder(whose).sight(table, told(whose, table, columns)));
  }

  /** Whether {@code principal} may know that {@code resource} exists. */
  public boolean visible(Principal principal, Resource resource) {
    if (resource instanceof Resource.Column(TableName table, String column)) {
      return visible(principal, Resource.of(table)) && shows(principal, table, column);
    }
    Optional<Bound.TableFiles> files = principal.acting().files();
    return files.isPresent()
        ? new FileRights(this, principal, files.get()).visible(resource)
        : cloned(principal, Permission.DESCRIBE, resource).isEmpty()
            && whose(principal).stream().allMatch(whose -> visible(whose, resource));
  }

  /** Who may give {@code permission} there, as far as {@code principal} may know the domain. */
  Givers givers(Principal principal, Permission permission, Resource resource) {
    return Givers.in(
        state,
        resource
            .domainName()
            .filter(name -> visible(principal, new Resource.Domain(name)))
            .map(name -> state.domains().get(name)),
        permission,
        resource);
  }

  private boolean visible(Whose whose, Resource resource) {
    Holder holder = holder(whose);
    if (!whose.isSession()) {
      return holder.visible(resource);
    }
    return switch (resource) {
      case Resource.Table(TableName table) ->
          holder.visible(table, told(whose, table, names(whose.principal(), table)));
      case Resource.Lake _, Resource.Domain _, Resource.Layer _, Resource.Dataset _ ->
          holder.visible(resource) || holder.mayHoldTagged(resource);
      case Resource.Column _,
          Resource.Pipeline _,
          Resource.Bucket _,
          Resource.ObjectKey _,
          Resource.Tagged _ ->
          holder.visible(resource);
    };
  }

  /** A column exists for who sees it, and for who may know the table and reads none of it. */
  private boolean shows(Principal principal, TableName table, String column) {
    if (principal.administrator() && principal.acting().bounds().isEmpty()) {
      return true;
    }
    Set<String> names = new LinkedHashSet<>(names(principal, table));
    names.add(column);
    return whose(principal).stream()
        .allMatch(whose -> shows(whose, table, List.copyOf(names), column));
  }

  private boolean shows(Whose whose, TableName table, List<String> names, String column) {
    return switch (holder(whose).sight(table, told(whose, table, names))) {
      case Decision.Allowed(_, Limits limits) ->
          limits.isNone() || limits.columns().containsKey(column);
      case Decision.Denied _ ->
          decide(whose, Permission.DESCRIBE, Resource.of(table)) instanceof Decision.Allowed;
    };
  }

  /**
   * Whether {@code principal} may do this to some object whose key could begin with {@code prefix},
   * whatever objects there are.
   */
  public boolean reaches(Principal principal, Permission permission, String bucket, String prefix) {
    return principal.acting().files().isPresent()
        ? decide(principal, permission, Resource.objects(bucket, prefix))
            instanceof Decision.Allowed
        : cloned(principal, permission, Resource.objects(bucket, prefix)).isEmpty()
            && each(principal, holder -> holder.reaches(permission, bucket, prefix));
  }

  /**
   * Whether {@code principal} may do this to {@code resource} and nothing in it is denied; what is
   * in it may be left out where the grant asks for tags.
   */
  boolean undenied(Principal principal, Permission permission, Resource resource) {
    return cloned(principal, permission, resource).isEmpty()
        && each(principal, holder -> holder.undenied(permission, resource));
  }

  /**
   * Whether {@code principal} may do this to all of {@code resource} and all that is in it, nothing
   * denied and nothing left out.
   */
  public boolean wholly(Principal principal, Permission permission, Resource resource) {
    return cloned(principal, permission, resource).isEmpty()
        && each(principal, holder -> holder.wholly(permission, resource));
  }

  /**
   * All grants that a principal has now, of its own, by its groups and attributes, and those that
   * stand for what it is: owner or administrator. Within which bounds it acts does not count.
   */
  List<Grant> grantsOf(Principal principal) {
    return own(principal).sheet().all();
  }

  /** What {@code principal} may do by its own grants, within whichever bounds it acts. */
  Holder own(Principal principal) {
    return holder(new Whose(principal.itself(), Optional.empty()));
  }

  /** What {@code principal} acts by now. */
  public Held held(Principal principal) {
    return new Held(holders(principal).map(Holder::sheet).toList(), state.tags());
  }

  private Optional<Decision.Denied> cloned(
      Principal principal, Permission permission, Resource resource) {
    return new CloneRights(this, principal).refusal(permission, resource);
  }

  private boolean each(Principal principal, Predicate<Holder> question) {
    return holders(principal).allMatch(question);
  }

  private Stream<Holder> holders(Principal principal) {
    return whose(principal).stream().map(this::holder);
  }

  /** The principal itself, then its bounds. */
  private static List<Whose> whose(Principal principal) {
    Principal itself = principal.itself();
    List<Whose> all = new ArrayList<>();
    all.add(new Whose(itself, Optional.empty()));
    principal.acting().bounds().forEach(bound -> all.add(new Whose(itself, Optional.of(bound))));
    return all;
  }

  /** What all of them allow, with the limits of each; or the first refusal. */
  private Decision all(
      Principal principal,
      Permission permission,
      Resource resource,
      Function<Whose, Decision> question) {
    List<Grant> grants = new ArrayList<>();
    Limits limits = Limits.none();
    for (Whose whose : whose(principal)) {
      switch (question.apply(whose)) {
        case Decision.Allowed(var its, Limits itsLimits) -> {
          if (!limits.isNone() && whose.isSession() && itsLimits.looksAtRows()) {
            return Refusals.ofPart(principal, resource);
          }
          Optional<Limits> both = limits.and(whose.resolved(itsLimits));
          if (both.isEmpty()) {
            return Refusals.nothingInCommon(principal, resource);
          }
          grants.addAll(its);
          limits = both.get();
        }
        case Decision.Denied denied -> {
          if (!limits.isNone() && whose.isSession()) {
            return Refusals.ofPart(principal, resource);
          }
          return whose
              .bound()
              .map(bound -> Refusals.bounded(principal, permission, resource, bound, denied))
              .orElse(denied);
        }
      }
    }
    return new Decision.Allowed(grants, limits);
  }

  private Holder holder(Whose whose) {
    Instant now = clock.instant();
    Holder known = holders.get(whose);
    if (known != null && known.sheet().holdsAt(now)) {
      return known;
    }
    Holder fresh = new Compiling(state).holder(whose.principal(), whose.bound(), now);
    if (holders.size() >= MOST_HOLDERS) {
      holders.clear();
    }
    holders.put(whose, fresh);
    return fresh;
  }
}
