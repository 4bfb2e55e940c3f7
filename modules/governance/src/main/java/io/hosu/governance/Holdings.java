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
public record Holdings(
    Grantee holder, List<String> domains, List<Grant> grants, List<Principals.Kept> roles) {

  /** Where holdings are kept. */
  public record Places(Principals principals, Grants grants, Domains domains) {}

  /** All that {@code holder} holds, whether it is kept as a principal or not. */
  public static Holdings of(Transaction tx, Places places, Principal holder) {
    return of(tx, places, Grantee.of(holder));
  }

  /** All that {@code itself} holds, a principal or a group. */
  static Holdings of(Transaction tx, Places places, Grantee itself) {
    boolean named = itself.kind() == Grantee.Kind.USER || itself.kind() == Grantee.Kind.GROUP;
    return new Holdings(
        itself,
        places.domains().list(tx).stream()
            .filter(domain ->
                domain.owner().equals(itself.toString())
                    || (named && domain.owner().equals(itself.name())))
            .map(Domains.Domain::name)
            .toList(),
        places.grants().list(tx).stream().filter(grant -> grant.to().equals(itself)).toList(),
        places.principals().list(tx).stream()
            .filter(kept -> kept.about().trust().contains(itself))
            .toList());
  }

  /** What of it was given by command, which no lake project takes away. */
  public Holdings byCommand() {
    return new Holdings(
        holder,
        List.of(),
        grants.stream().filter(Grant::isGivenByHand).toList(),
        roles.stream().filter(role -> !role.source().equals(Grant.GIT)).toList());
  }

  public boolean isNone() {
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
          holder.kind() == Grantee.Kind.GROUP
              ? "Let go of it: hosu groups delete %s --with-what-it-holds".formatted(holder.name())
              : """
              Hand that over: hosu principals hand-over %s --to NAME
              or let go of it: hosu principals delete %s --with-what-it-holds\
              """
                  .formatted(holder.name(), holder.name()));
    }
  }

  /**
   * Refuses that the lake project drops who holds something that was given by command.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_HOLDS}
   */
  public void requireNoneByCommand() {
    Holdings given = byCommand();
    if (given.isNone()) {
      return;
    }
    List<String> ends = new ArrayList<>();
    given.grants.forEach(grant -> ends.add("hosu grants revoke " + grant.id()));
    given.roles.forEach(role ->
        ends.add("hosu principals change %s --trust OTHERS".formatted(role.principal().name())));
    throw new Conflict(
        GovernanceError.PRINCIPAL_HOLDS,
        "The lake project drops %s, which holds by command %s.".formatted(holder, given.listed()),
        """
        Hand that over: hosu principals hand-over %s --to NAME
        or let go of it: %s\
        """
            .formatted(holder.name(), String.join("; ", ends)));
  }

  /**
   * Takes back what was given by command, so that nobody who is called the same later has it.
   *
   * @throws Conflict {@link GovernanceError#PRINCIPAL_HOLDS} when the lake project gives something,
   *     which is taken back there
   */
  void letGo(Transaction tx, Places places) {
    Holdings given = byCommand();
    endGrants(tx, places);
    given.roles.forEach(role ->
        places
            .principals()
            .put(tx, role.principal(), new Principals.About(trustWithout(role)), role.source()));
    Holdings left = of(tx, places, holder);
    if (!left.isNone()) {
      throw new Conflict(
          GovernanceError.PRINCIPAL_HOLDS,
          "%s holds by the lake project %s.".formatted(holder, left.listed()),
          "Change that in the lake project, then: hosu apply");
    }
  }

  /** Takes back the grants that were given by command. */
  public void endGrants(Transaction tx, Places places) {
    byCommand().grants.forEach(grant -> places.grants().remove(tx, grant.id()));
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
          .put(tx, role.principal(), new Principals.About(trust(role, other)), role.source());
      given.add("the trust of " + role.principal());
    }
    return json;
  }

  private NavigableSet<Grantee> trust(Principals.Kept role, Principal other) {
    NavigableSet<Grantee> trust = trustWithout(role);
    trust.add(Grantee.of(other));
    return trust;
  }

  private NavigableSet<Grantee> trustWithout(Principals.Kept role) {
    NavigableSet<Grantee> trust = new TreeSet<>(role.about().trust());
    trust.remove(holder);
    return trust;
  }
}
