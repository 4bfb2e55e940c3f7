package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Grant;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Locale;

/** Keeps the principals that the lake project declares beside those made by command. */
final class PrincipalKeeper implements Keeper, Keeper.Work {
  private final Principals principals;

  PrincipalKeeper(Principals principals) {
    this.principals = principals;
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
                kept.principal().attributes()))
        .toList();
  }

  @Override
  public List<String> notes(Transaction tx, Diff.Step step) {
    return switch (step.verb()) {
      case REMOVE -> List.of("Its access keys and tokens end.");
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
    if (declared instanceof Declared.Principal principal) {
      principals.put(tx, principal(principal), Grant.GIT);
    }
  }

  static Principal principal(Declared.Principal declared) {
    Principal.Kind kind = Principal.Kind.valueOf(declared.type().toUpperCase(Locale.ROOT));
    return new Principal(declared.name(), kind, false, declared.groups(), declared.attributes());
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    principals.remove(tx, declared.name());
  }
}
