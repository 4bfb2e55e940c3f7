package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What somebody may do by the grants of one {@link Sheet}, at one moment. May be used from any
 * thread.
 */
final class Holder {
  private final Principal principal;
  private final PolicyState state;
  private final Sheet sheet;

  /**
   * A holder.
   *
   * @param principal whose grants they are; an administrator has more than them
   */
  Holder(Principal principal, PolicyState state, Sheet sheet) {
    this.principal = principal;
    this.state = state;
    this.sheet = sheet;
  }

  Sheet sheet() {
    return sheet;
  }

  /** The same holder, who has of all that allows this grant alone, and all that is denied. */
  Holder with(Grant only) {
    List<Grant> some =
        sheet.all().stream().filter(grant -> grant.denies() || grant.equals(only)).toList();
    return new Holder(principal, state, new Sheet(principal, some, state, Instant.MAX));
  }

  /** What of a table shows, and by which grants. */
  Sights sights(TableName table) {
    return sheet.sights(table, names(table));
  }

  /** The same of these columns, where they are known. */
  Sights sights(TableName table, List<String> columns) {
    return columns.isEmpty() ? sights(table) : sheet.sights(table, columns);
  }

  /** The grants of which each alone allows this, whatever is in it. */
  List<Grant> allowing(Permission permission, Resource resource) {
    return sheet.on(resource).stream()
        .filter(grant -> !grant.denies() && grant.isAbout(permission))
        .filter(grant -> permission != Permission.SELECT || !grant.terms().limits())
        .toList();
  }

  /** As {@link Rights#decide} has it. */
  Decision decide(Permission permission, Resource resource) {
    Optional<Grant> standing = asAdministrator(permission);
    if (standing.isPresent()) {
      return new Decision.Allowed(List.of(standing.get()), Limits.none());
    }
    return switch (resource) {
      case Resource.Table(TableName table) ->
          switch (permission) {
            case SELECT -> whole(table);
            case DESCRIBE -> describe(table);
            default -> simple(permission, resource);
          };
      case Resource.Column(TableName table, String column) ->
          permission.asked(resource).equals(resource)
              ? sight(table, List.of(column), resource)
              : simple(permission, Resource.of(table));
      default -> simple(permission, resource);
    };
  }

  /** What administrators have as such cannot be denied, or a lake could be locked for good. */
  private Optional<Grant> asAdministrator(Permission permission) {
    return principal.administrator() && !permission.isData()
        ? Optional.of(Grant.standing(principal, new Resource.Lake(), "administrator", false))
        : Optional.empty();
  }

  private Decision simple(Permission permission, Resource resource) {
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
        ? refuse(permission, resource)
        : new Decision.Allowed(List.of(allowing), Limits.none());
  }

  private Decision describe(TableName table) {
    return describe(table, names(table));
  }

  /** A table is known by name to who may know any column of it: of those that are asked for. */
  Decision describe(TableName table, List<String> columns) {
    Resource resource = Resource.of(table);
    Decision asTable = simple(Permission.DESCRIBE, resource);
    if (asTable instanceof Decision.Allowed) {
      return asTable;
    }
    List<Grant> onTable = sheet.on(resource);
    boolean denied = onTable.stream().anyMatch(g -> g.denies() && g.isAbout(Permission.DESCRIBE));
    Sights sights = sheet.sights(table, columns);
    return !denied && sights.isAny() ? new Decision.Allowed(sights.used(), Limits.none()) : asTable;
  }

  private Decision whole(TableName table) {
    Decision decision = sight(table, names(table));
    if (!(decision instanceof Decision.Allowed(_, Limits limits)) || limits.isNone()) {
      return decision;
    }
    return table
        .quarantined()
        .filter(_ -> !seesQuoted(table))
        .map(quoted -> Refusals.quoting(principal, table, quoted, toSelect(quoted)))
        .orElseGet(() -> Refusals.limited(principal, table, toSelect(table)));
  }

  /** Whether what a quarantine table quotes may be seen; a stage reads what it was granted. */
  private boolean seesQuoted(TableName table) {
    return Grantee.domainOf(principal).isPresent()
        || table
            .quarantined()
            .map(quoted -> whole(quoted) instanceof Decision.Allowed)
            .orElse(true);
  }

  /** Names that stand for all columns the table may have: those spoken of, and any other. */
  List<String> names(TableName table) {
    List<String> names = new ArrayList<>(sheet.special(table));
    names.add("");
    return names;
  }

  /** As {@link Rights#sight} has it. */
  Decision sight(TableName table, List<String> columns) {
    return sight(table, columns, Resource.of(table));
  }

  /**
   * What is seen of some columns.
   *
   * @param asked what a refusal names: the table, or the only column
   */
  private Decision sight(TableName table, List<String> columns, Resource asked) {
    Sights sights = sheet.sights(table, columns);
    if (sights.isAny()) {
      Limits limits = sights.limits(columns);
      return seesQuoted(table)
          ? new Decision.Allowed(sights.used(), limits)
          : withoutQuoted(table, columns, new Decision.Allowed(sights.used(), limits));
    }
    Grant denied = sights.denied();
    if (denied != null) {
      return Refusals.denied(principal, Permission.SELECT, asked, denied);
    }
    return sights.unclear() == null
        ? refuse(Permission.SELECT, asked)
        : Refusals.unclear(principal, asked, refuse(Permission.SELECT, asked));
  }

  private Decision withoutQuoted(TableName table, List<String> columns, Decision.Allowed decision) {
    Limits limits = decision.limits().without(sheet.quoting(table, columns), columns);
    if (!limits.columns().isEmpty()) {
      return new Decision.Allowed(decision.grants(), limits);
    }
    TableName quoted = table.quarantined().orElseThrow();
    return Refusals.quoting(principal, table, quoted, toSelect(quoted));
  }

  /** As {@link Rights#visible} has it. */
  boolean visible(Resource resource) {
    if (principal.administrator()) {
      return true;
    }
    boolean allowed = sheet.reachesInto(resource);
    for (Grant grant : sheet.on(resource)) {
      if (grant.denies() && grant.isAbout(Permission.DESCRIBE)) {
        return false;
      }
      allowed |= !grant.denies();
    }
    return allowed;
  }

  /** Whether a table may be known to be there, of whose columns only {@code columns} count. */
  boolean visible(TableName table, List<String> columns) {
    Resource resource = Resource.of(table);
    return !isHidden(resource)
        && (sheet.isAround(resource)
            || sheet.on(resource).stream().anyMatch(grant -> !grant.denies())
            || sheet.sights(table, columns).isAny());
  }

  /** Whether there could be something in {@code resource} that is allowed by its tags. */
  boolean mayHoldTagged(Resource resource) {
    return sheet.allowsByTags() && !isHidden(resource);
  }

  private boolean isHidden(Resource resource) {
    return sheet.on(resource).stream()
        .anyMatch(grant -> grant.denies() && grant.isAbout(Permission.DESCRIBE));
  }

  /** As {@link Rights#reaches} has it. */
  boolean reaches(Permission permission, String bucket, String prefix) {
    return sheet.all().stream()
        .filter(grant -> !grant.denies() && grant.isAbout(permission))
        .anyMatch(grant -> ResourceForm.reaches(grant.on(), bucket, prefix));
  }

  /** As {@link Rights#wholly} has it. */
  boolean wholly(Permission permission, Resource resource) {
    return undenied(permission, resource) && reachesAll(permission, resource);
  }

  /** As {@link Rights#undenied} has it. */
  boolean undenied(Permission permission, Resource resource) {
    if (asAdministrator(permission).isPresent()) {
      return true;
    }
    return decide(permission, resource) instanceof Decision.Allowed
        && sheet.all().stream()
            .filter(grant -> grant.denies() && grant.isAbout(permission))
            .noneMatch(grant ->
                grant.on() instanceof Resource.Tagged
                    || resource.covers(grant.on())
                    || grant.on().covers(resource));
  }

  /** What is in it may be tagged otherwise, and not be what a grant is about that asks for tags. */
  private boolean reachesAll(Permission permission, Resource resource) {
    return switch (resource) {
      case Resource.Lake _,
          Resource.Domain _,
          Resource.Layer _,
          Resource.Dataset _,
          Resource.Bucket _ ->
          asAdministrator(permission).isPresent()
              || sheet.places(resource).stream()
                  .filter(grant -> !grant.denies() && grant.isAbout(permission))
                  .filter(grant -> permission != Permission.SELECT || !grant.terms().limits())
                  .anyMatch(grant -> grant.terms().where().isEmpty());
      case Resource.Table _,
          Resource.Column _,
          Resource.ObjectKey _,
          Resource.Pipeline _,
          Resource.Tagged _ ->
          true;
    };
  }

  private Decision.Denied refuse(Permission permission, Resource resource) {
    return Refusals.missing(principal, permission, resource, givers(permission, resource));
  }

  /** The domain counts for who may know it: others must not learn that it exists. */
  private Givers givers(Permission permission, Resource resource) {
    return Givers.in(
        state,
        resource
            .domainName()
            .filter(name -> visible(new Resource.Domain(name)))
            .map(name -> state.domains().get(name)),
        permission,
        resource);
  }

  private Givers toSelect(TableName table) {
    return givers(Permission.SELECT, Resource.of(table));
  }
}
