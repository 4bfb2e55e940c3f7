package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, compiled from one state of grants, owners and tags; the rules are those of
 * docs/reference/access-rules.md. A grant that is over has no effect from that moment on. May be
 * used from any thread.
 */
public final class Rights {
  private static final int MOST_SHEETS = 10_000;

  private final PolicyState state;
  private final InstantSource clock;
  private final Map<Principal, Sheet> sheets = new ConcurrentHashMap<>();

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
    Optional<Grant> standing = asAdministrator(principal, permission);
    if (standing.isPresent()) {
      return new Decision.Allowed(List.of(standing.get()), Limits.none());
    }
    Sheet sheet = sheet(principal);
    return switch (resource) {
      case Resource.Table(TableName table) ->
          switch (permission) {
            case SELECT -> whole(principal, sheet, table);
            case DESCRIBE -> describe(principal, sheet, table);
            default -> simple(principal, sheet, permission, resource);
          };
      case Resource.Column(TableName table, String column) -> {
        if (permission == Permission.SELECT || permission == Permission.DESCRIBE) {
          yield sight(principal, table, List.of(column));
        }
        yield simple(principal, sheet, permission, Resource.of(table));
      }
      default -> simple(principal, sheet, permission, resource);
    };
  }

  /** What administrators have as such cannot be denied, or a lake could be locked for good. */
  private static Optional<Grant> asAdministrator(Principal principal, Permission permission) {
    return principal.administrator() && !permission.isData()
        ? Optional.of(standing(principal, new Resource.Lake(), "administrator", false))
        : Optional.empty();
  }

  private Decision simple(
      Principal principal, Sheet sheet, Permission permission, Resource resource) {
    Grant allowing = null;
    for (Grant grant : sheet.on(resource)) {
      if (!grant.isAbout(permission)) {
        continue;
      }
      if (grant.denies()) {
        return Refusals.denied(principal, permission, resource, grant);
      }
      if (allowing == null && !(permission == Permission.SELECT && grant.terms().limits())) {
        allowing = grant;
      }
    }
    return allowing == null
        ? refuse(principal, permission, resource)
        : new Decision.Allowed(List.of(allowing), Limits.none());
  }

  /** A table is known by name to who may know any column of it. */
  private Decision describe(Principal principal, Sheet sheet, TableName table) {
    Resource resource = Resource.of(table);
    Decision asTable = simple(principal, sheet, Permission.DESCRIBE, resource);
    if (asTable instanceof Decision.Allowed) {
      return asTable;
    }
    List<Grant> onTable = sheet.on(resource);
    boolean denied = onTable.stream().anyMatch(g -> g.denies() && g.isAbout(Permission.DESCRIBE));
    Sights sights = sheet.sights(table, names(sheet, table));
    return !denied && sights.isAny() ? new Decision.Allowed(sights.used(), Limits.none()) : asTable;
  }

  private Decision whole(Principal principal, Sheet sheet, TableName table) {
    Decision decision = sight(principal, table, names(sheet, table));
    return decision instanceof Decision.Allowed(_, Limits limits) && !limits.isNone()
        ? Refusals.limited(principal, table)
        : decision;
  }

  /**
   * The same as {@link #decide}, for people: who sees a part of a table may SELECT from it, with
   * limits that speak of the columns which grants name, and of the empty name for all others.
   */
  Decision explain(Principal principal, Permission permission, Resource resource) {
    return permission == Permission.SELECT && resource instanceof Resource.Table(TableName table)
        ? sight(principal, table, names(sheet(principal), table))
        : decide(principal, permission, resource);
  }

  /**
   * All grants that a principal has now, of its own, by its groups and attributes, and those that
   * stand for what it is: owner or administrator.
   */
  List<Grant> grantsOf(Principal principal) {
    return sheet(principal).all();
  }

  /** Whether {@code principal} may SELECT some of a table, and not all of it as it is. */
  public boolean seesPart(Principal principal, TableName table) {
    Decision decision = sight(principal, table, names(sheet(principal), table));
    return decision instanceof Decision.Allowed(_, Limits limits) && !limits.isNone();
  }

  /** Every column of {@code table} of which something is said for {@code principal} alone. */
  Set<String> special(Principal principal, TableName table) {
    return sheet(principal).special(table);
  }

  /** Whether a grant has no effect any more. */
  boolean isOver(Grant grant) {
    return grant.terms().isOver(clock.instant());
  }

  /** Names that stand for all columns the table may have: those spoken of, and any other. */
  private static List<String> names(Sheet sheet, TableName table) {
    List<String> names = new ArrayList<>(sheet.special(table));
    names.add("");
    return names;
  }

  /**
   * What {@code principal} may SELECT of {@code columns} of a table, and what it sees of them.
   *
   * @param columns all columns that the rows have, in their order
   */
  public Decision sight(Principal principal, TableName table, List<String> columns) {
    Sights sights = sheet(principal).sights(table, columns);
    if (sights.isAny()) {
      return new Decision.Allowed(sights.used(), sights.limits(columns));
    }
    Grant denied = sights.denied();
    return denied == null
        ? refuse(principal, Permission.SELECT, Resource.of(table))
        : Refusals.denied(principal, Permission.SELECT, Resource.of(table), denied);
  }

  /** Whether {@code principal} may know that {@code resource} exists. */
  public boolean visible(Principal principal, Resource resource) {
    if (principal.administrator()) {
      return true;
    }
    Sheet sheet = sheet(principal);
    boolean allowed = sheet.reachesInto(resource);
    for (Grant grant : sheet.on(resource)) {
      if (grant.denies() && grant.isAbout(Permission.DESCRIBE)) {
        return false;
      }
      allowed |= !grant.denies();
    }
    return allowed;
  }

  /**
   * Whether {@code principal} may do this to some object whose key could begin with {@code prefix},
   * whatever objects there are.
   */
  public boolean reaches(Principal principal, Permission permission, String bucket, String prefix) {
    return sheet(principal).all().stream()
        .filter(grant -> !grant.denies() && grant.isAbout(permission))
        .anyMatch(grant -> ResourceForm.reaches(grant.on(), bucket, prefix));
  }

  /**
   * Whether {@code principal} may do this to all of {@code resource} and all that is in it, nothing
   * denied and nothing left out.
   */
  boolean wholly(Principal principal, Permission permission, Resource resource) {
    return decide(principal, permission, resource) instanceof Decision.Allowed
        && sheet(principal).all().stream()
            .filter(grant -> grant.denies() && grant.isAbout(permission))
            .noneMatch(grant ->
                grant.on() instanceof Resource.Tagged
                    || resource.covers(grant.on())
                    || grant.on().covers(resource));
  }

  /** All grants that {@code principal} has now, those first that stand for what it is. */
  List<Grant> grants(Principal principal) {
    Instant now = clock.instant();
    return held(principal).filter(grant -> !grant.terms().isOver(now)).toList();
  }

  private Sheet sheet(Principal principal) {
    Instant now = clock.instant();
    Sheet known = sheets.get(principal);
    if (known != null && known.holdsAt(now)) {
      return known;
    }
    Sheet fresh = compile(principal, now);
    if (sheets.size() >= MOST_SHEETS) {
      sheets.clear();
    }
    sheets.put(principal, fresh);
    return fresh;
  }

  private Sheet compile(Principal principal, Instant now) {
    List<Grant> grants = new ArrayList<>();
    Instant end = Instant.MAX;
    for (Grant grant : held(principal).toList()) {
      if (grant.terms().isOver(now)) {
        continue;
      }
      grants.add(grant);
      Instant until = grant.terms().until().orElse(end);
      end = until.isBefore(end) ? until : end;
    }
    return new Sheet(principal, grants, state.tags(), end);
  }

  private Stream<Grant> held(Principal principal) {
    Stream<Grant> itself =
        principal.administrator()
            ? Stream.of(standing(principal, new Resource.Lake(), "administrator", false))
            : Stream.empty();
    Stream<Grant> owned =
        state.domains().values().stream()
            .filter(domain -> domain.ownedBy(principal))
            .map(domain -> standing(principal, new Resource.Domain(domain.name()), "owner", true));
    return Stream.concat(Stream.concat(itself, owned), state.of(principal));
  }

  private static Grant standing(Principal principal, Resource on, String why, boolean data) {
    EnumSet<Permission> all = EnumSet.of(Permission.ADMIN);
    if (data) {
      all.addAll(Permission.DATA);
    }
    return new Grant(why, Grantee.of(principal), all, on, why);
  }

  private Decision.Denied refuse(Principal principal, Permission permission, Resource resource) {
    return Refusals.missing(principal, permission, resource, owner(principal, resource));
  }

  /** The domain, for who may know it: others must not learn that it exists. */
  private Domains.@Nullable Domain owner(Principal principal, Resource resource) {
    return resource
        .domainName()
        .filter(name -> visible(principal, new Resource.Domain(name)))
        .map(name -> state.domains().get(name))
        .orElse(null);
  }
}
