package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Grant;
import io.hosu.governance.Groups;
import io.hosu.store.Transaction;
import java.util.List;

/** Keeps the groups that a project declares. Who belongs to one is said of each principal. */
final class GroupKeeper implements Keeper, Keeper.Work {
  private final Groups groups;

  GroupKeeper(Groups groups) {
    this.groups = groups;
  }

  @Override
  public Kind kind() {
    return Kind.GROUP;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    return groups.list(tx).stream()
        .filter(group -> group.source().equals(Grant.GIT))
        .<Declared>map(group -> new Declared.Group(group.name()))
        .toList();
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    groups.declare(tx, declared.name());
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    groups.forget(tx, declared.name());
  }
}
