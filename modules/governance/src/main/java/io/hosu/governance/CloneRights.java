package io.hosu.governance;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What lies in a clone is there for those alone who may SELECT all of what it was cloned from, as
 * the grants are now: whatever limits, denials, tags or names there are at the source, nobody sees
 * in the clone what the source does not show. The names of grants count, not what is there: that
 * tables or columns of either domain are renamed or dropped changes nothing. See
 * docs/adr/9-clones.md. Belongs to one thread.
 */
final class CloneRights {
  private final Rights rights;
  private final Principal principal;

  CloneRights(Rights rights, Principal principal) {
    this.rights = rights;
    this.principal = principal;
  }

  /** Why it may not do this, whatever is granted in the clone; nothing, when it is no such case. */
  Optional<Decision.Denied> refusal(Permission permission, Resource resource) {
    Set<String> sources = rights.state().cloned().sourcesOf(resource);
    if (sources.isEmpty() || !isAsked(permission, resource) || isStageOf(resource)) {
      return Optional.empty();
    }
    return sources.stream()
        .sorted()
        .filter(source -> !seesAll(source))
        .findFirst()
        .map(source -> refusal(permission, resource, source));
  }

  /**
   * Tables are hidden with all that is in them, and are not dropped with what they lie in; of the
   * rest, what shows data is asked.
   */
  private boolean isAsked(Permission permission, Resource resource) {
    boolean isTable = resource instanceof Resource.Table || resource instanceof Resource.Column;
    if (isTable || permission == Permission.DROP) {
      boolean asAdministrator = principal.administrator() && principal.acting().bounds().isEmpty();
      return permission.isData() || !asAdministrator;
    }
    return permission.isData()
        && permission != Permission.WRITE_OBJECTS
        && permission != Permission.INSERT;
  }

  /** A stage reads what it was granted: whoever may declare stages in the clone made them. */
  private boolean isStageOf(Resource resource) {
    return Grantee.domainOf(principal).map(Grantee::name).equals(resource.domainName())
        && principal.acting().bounds().stream().noneMatch(Bound.Other.class::isInstance);
  }

  /** It by itself, and whoever works through it: what narrows a token or a session is no matter. */
  private boolean seesAll(String source) {
    Resource domain = new Resource.Domain(source);
    List<Principal> others =
        principal.acting().bounds().stream()
            .filter(Bound.Other.class::isInstance)
            .map(bound -> ((Bound.Other) bound).other())
            .toList();
    return rights.own(principal).wholly(Permission.SELECT, domain)
        && others.stream().allMatch(other -> rights.own(other).wholly(Permission.SELECT, domain));
  }

  private Decision.Denied refusal(Permission permission, Resource resource, String source) {
    Resource.Domain domain = new Resource.Domain(source);
    if (!rights.visible(principal, domain)) {
      return Refusals.missing(principal, permission, resource, Givers.UNKNOWN);
    }
    Givers givers = rights.givers(principal, Permission.SELECT, domain);
    Decision.Denied why =
        switch (rights.decide(principal, Permission.SELECT, domain)) {
          case Decision.Allowed _ ->
              Refusals.notWholly(principal, Permission.SELECT, domain, givers);
          case Decision.Denied denied -> denied;
        };
    return Refusals.ofClone(principal, permission, resource, domain, why);
  }
}
