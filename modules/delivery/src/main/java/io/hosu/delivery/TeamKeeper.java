package io.hosu.delivery;

import io.hosu.delivery.Declared.Kind;
import io.hosu.pipelines.Teams;
import io.hosu.store.Transaction;
import java.util.List;

/** Keeps what teams may take of the servers. */
final class TeamKeeper implements Keeper, Keeper.Work {
  private final Teams teams;

  TeamKeeper(Teams teams) {
    this.teams = teams;
  }

  @Override
  public Kind kind() {
    return Kind.TEAM;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    return teams.list(tx).stream().<Declared>map(Declared.TeamShare::new).toList();
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    if (declared instanceof Declared.TeamShare(var team)) {
      teams.put(tx, team);
    }
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    teams.remove(tx, declared.name());
  }
}
