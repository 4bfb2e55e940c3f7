package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Holdings;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Keeps the principals that the lake project declares beside those made by command. */
final class PrincipalKeeper implements Keeper, Keeper.Work {
  private final Principals principals;
  private final Holdings.Places places;

  PrincipalKeeper(Holdings.Places places) {
    this.principals = places.principals();
    this.places = places;
  }

  @Override
  public Kind kind() {
    return Kind.PRINCIPAL;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    return principals.list(tx).stream()
        .filter(kept -> kept.source().equals(Grant.GIT))
        .<Declared>map(kept ->
            new Declared.Principal(
                kept.principal().name(),
                kept.principal().kind().name().toLowerCase(Locale.ROOT),
                kept.principal().groups(),
                kept.principal().attributes(),
                kept.about().trust().stream()
                    .map(Grantee::toString)
                    .collect(Collectors.toCollection(TreeSet::new)),
                kept.about().keepsLimits()))
        .toList();
  }

  @Override
  public List<String> notes(Transaction tx, Diff.Step step) {
    return switch (step.verb()) {
      case REMOVE -> List.of("Its access keys, tokens and sessions end.");
      case CREATE ->
          principals.find(tx, step.thing().name()).isPresent()
              ? List.of("It was made by command; from now on the lake project declares it.")
              : List.of();
      case CHANGE -> List.of();
    };
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    if (declared instanceof Declared.Principal wanted) {
      Principal principal = principal(wanted);
      Optional<Principal> before = principals.find(tx, wanted.name());
      if (before.isEmpty()) {
        Holdings.of(tx, places, principal).endGrants(tx, places);
      } else if (before.get().kind() != principal.kind()) {
        Holdings.of(tx, places, before.get()).requireNoneByCommand();
      }
      principals.put(tx, principal, about(wanted), Grant.GIT);
    }
  }

  private static Principals.About about(Declared.Principal declared) {
    NavigableSet<Grantee> trust = new TreeSet<>();
    declared.trust().forEach(who -> trust.add(Grantee.parse(who)));
    return new Principals.About(trust, declared.keepsLimits());
  }

  static Principal principal(Declared.Principal declared) {
    Principal.Kind kind = Principal.Kind.valueOf(declared.type().toUpperCase(Locale.ROOT));
    return new Principal(declared.name(), kind, false, declared.groups(), declared.attributes());
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    Holdings.of(tx, places, principals.require(tx, declared.name())).requireNoneByCommand();
    principals.remove(tx, declared.name());
  }
}
