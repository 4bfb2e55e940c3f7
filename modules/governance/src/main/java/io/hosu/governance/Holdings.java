package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.Json;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What others would miss if a principal were gone: the domains that it owns, the grants to it, the
 * roles that trust it by name.
 *
 * @param domains the names of those that it alone owns, by its own name
 * @param roles the names
 */
record Holdings(
    Principal holder, List<String> domains, List<Grant> grants, List<Principals.Kept> roles) {

  /** Where holdings are kept. */
  record Places(Principals principals, Grants grants, Domains domains) {}

  static Holdings of(Transaction tx, Places places, Principal holder) {
    Grantee itself = Grantee.of(holder);
    boolean user = holder.kind() == Principal.Kind.USER;
    return new Holdings(
        holder,
        places.domains().list(tx).stream()
            .filter(domain ->
                domain.owner().equals(itself.toString())
                    || (user && domain.owner().equals(holder.name())))
            .map(Domains.Domain::name)
            .toList(),
        places.grants().list(tx).stream().filter(grant -> grant.to().equals(itself)).toList(),
        places.principals().list(tx).stream()
            .filter(kept -> kept.about().trust().contains(itself))
            .toList());
  }

  boolean isNone() {
    return domains.isEmpty() && grants.isEmpty() && roles.isEmpty();
  }

  /** In words: {@code the domain shop; the trust of role:loader}. */
  private String listed() {
    List<String> parts = new ArrayList<>();
    domains.forEach(name -> parts.add("the domain " + name));
    grants.forEach(grant -> parts.add("the grant " + grant.written()));
    roles.forEach(role -> parts.add("the trust of " + role.principal()));
    return String.join("; ", parts);
  }

  /**
   * Refuses to let go of who holds something.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_HOLDS}
   */
  void requireNone() {
    if (!isNone()) {
      throw new Conflict(
          GovernanceError.PRINCIPAL_HOLDS,
          "%s holds %s.".formatted(holder, listed()),
          """
          Hand that over: hosu principals hand-over %s --to NAME
          or let go of it: hosu principals delete %s --with-what-it-holds\
          """
              .formatted(holder.name(), holder.name()));
    }
  }

  /**
   * Gives to {@code other} what was given by command; what the lake project declares is changed
   * there.
   *
   * @return what {@code other} has now, and what stays
   */
  ObjectNode handOver(Transaction tx, Places places, Principal other) {
    ObjectNode json = Json.object().put("from", holder.toString()).put("to", other.toString());
    ArrayNode given = json.putArray("handed_over");
    ArrayNode stays = json.putArray("declared");
    domains.forEach(name -> stays.add("domains/%s/domain.yaml: owner".formatted(name)));
    for (Grant grant : grants) {
      if (!grant.isGivenByHand()) {
        stays.add("access/: " + grant.written());
        continue;
      }
      Grant moved =
          new Grant(
              "",
              grant.effect(),
              Grantee.of(other),
              grant.permissions(),
              grant.on(),
              grant.terms(),
              grant.source());
      places.grants().remove(tx, grant.id());
      given.add(places.grants().put(tx, moved).written());
    }
    for (Principals.Kept role : roles) {
      if (role.source().equals(Grant.GIT)) {
        stays.add("access/: the trust of " + role.principal());
        continue;
      }
      places
          .principals()
          .put(
              tx,
              role.principal(),
              new Principals.About(trust(role, other), role.about().tags()),
              role.source());
      given.add("the trust of " + role.principal());
    }
    return json;
  }

  private NavigableSet<Grantee> trust(Principals.Kept role, Principal other) {
    NavigableSet<Grantee> trust = new TreeSet<>(role.about().trust());
    trust.remove(Grantee.of(holder));
    trust.add(Grantee.of(other));
    return trust;
  }
}
