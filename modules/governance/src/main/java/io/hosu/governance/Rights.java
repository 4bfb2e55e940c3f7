package io.hosu.governance;

import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who may do what at one moment, compiled from grants and owners. Immutable. */
public final class Rights {
  private final long version;
  private final Map<Grantee, List<Grant>> byGrantee = new HashMap<>();
  private final Map<String, Domains.Domain> domains = new HashMap<>();

  Rights(long version, List<Grant> grants, List<Domains.Domain> domains) {
    this.version = version;
    grants.forEach(
        grant -> byGrantee.computeIfAbsent(grant.to(), _ -> new ArrayList<>()).add(grant));
    domains.forEach(domain -> this.domains.put(domain.name(), domain));
  }

  static Rights none() {
    return new Rights(-1, List.of(), List.of());
  }

  long version() {
    return version;
  }

  /** Whether {@code principal} may do this. */
  public Decision decide(Principal principal, Permission permission, Resource resource) {
    return grants(principal)
        .filter(grant -> grant.allows(permission, resource))
        .findFirst()
        .<Decision>map(grant -> new Decision.Allowed(List.of(grant), Limits.none()))
        .orElseGet(() -> refuse(principal, permission, resource));
  }

  /**
   * What {@code principal} may SELECT of {@code columns} of a table, and what it sees of them.
   *
   * @param columns all columns that the rows have, in their order
   */
  public Decision sight(Principal principal, TableName table, List<String> columns) {
    return decide(principal, Permission.SELECT, Resource.of(table));
  }

  /** Whether {@code principal} may know that {@code resource} exists. */
  public boolean visible(Principal principal, Resource resource) {
    return grants(principal)
        .anyMatch(grant -> grant.on().covers(resource) || resource.covers(grant.on()));
  }

  /**
   * Whether {@code principal} may do this to some object whose key could begin with {@code prefix},
   * whatever objects there are.
   */
  public boolean reaches(Principal principal, Permission permission, String bucket, String prefix) {
    return grants(principal)
        .filter(grant -> grant.permissions().stream().anyMatch(one -> one.includes(permission)))
        .anyMatch(grant -> ResourceForm.reaches(grant.on(), bucket, prefix));
  }

  /** All grants that a principal has, those first that stand for what it is. */
  private Stream<Grant> grants(Principal principal) {
    Stream<Grant> itself =
        principal.administrator()
            ? Stream.of(standing(principal, new Resource.Lake(), "administrator"))
            : Stream.empty();
    Stream<Grant> owned =
        domains.values().stream()
            .filter(domain -> domain.ownedBy(principal))
            .map(domain -> standing(principal, new Resource.Domain(domain.name()), "owner"));
    Stream<Grantee> grantees =
        Stream.concat(
            Stream.of(Grantee.of(principal)), principal.groups().stream().map(Grantee::group));
    return Stream.concat(
        Stream.concat(itself, owned),
        grantees.flatMap(grantee -> byGrantee.getOrDefault(grantee, List.of()).stream()));
  }

  private static Grant standing(Principal principal, Resource on, String why) {
    return new Grant(why, Grantee.of(principal), EnumSet.of(Permission.ADMIN), on, why);
  }

  private Decision.Denied refuse(Principal principal, Permission permission, Resource resource) {
    return new Decision.Denied(
        "%s may not %s on %s: no grant allows it. %s"
            .formatted(principal, permission, resource, givers(principal, resource)),
        Remedies.grant(principal, permission, resource));
  }

  /** Names the owner only to who may know the domain: others must not learn that it exists. */
  private String givers(Principal principal, Resource resource) {
    Optional<String> domain = resource.domainName();
    if (domain.isEmpty()) {
      return "Administrators can give it.";
    }
    return domain
        .filter(name -> visible(principal, new Resource.Domain(name)))
        .map(domains::get)
        .map(known ->
            "The owner of the domain %s (%s) and administrators can give it."
                .formatted(known.name(), known.owner()))
        .orElse("The domain's owner and administrators can give it.");
  }
}
