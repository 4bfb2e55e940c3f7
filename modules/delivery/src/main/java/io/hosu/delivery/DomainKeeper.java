package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.Change.Verb;
import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Domains;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Teams;
import io.hosu.store.Transaction;
import java.util.List;
import java.util.Map;

/** Keeps domains and their owners. */
final class DomainKeeper implements Keeper, Keeper.Work {
  private final Domains domains;
  private final Teams teams;

  DomainKeeper(Domains domains, Teams teams) {
    this.domains = domains;
    this.teams = teams;
  }

  @Override
  public Kind kind() {
    return Kind.DOMAIN;
  }

  @Override
  public List<Declared> list(Transaction tx) {
    Map<String, JsonNode> more = Declarations.list(tx, Kind.DOMAIN);
    return domains.list(tx).stream()
        .<Declared>map(domain ->
            new Declared.Domain(
                domain.name(),
                domain.owner(),
                domain.description(),
                Declarations.texts(more.getOrDefault(domain.name(), Json.object()).path("tags"))))
        .toList();
  }

  @Override
  public List<String> notes(Transaction tx, Diff.Step step) {
    return step.verb() == Verb.REMOVE
        ? List.of("Its tables and objects stay, without an owner.")
        : List.of();
  }

  @Override
  public Work prepare(List<Diff.Step> steps, String principal) {
    return this;
  }

  @Override
  public void put(Transaction tx, Declared declared) {
    if (declared instanceof Declared.Domain(var name, var owner, var description, _)) {
      domains.put(tx, new Domains.Domain(name, owner, description));
      teams.changed(tx);
      Declarations.put(tx, declared);
    }
  }

  @Override
  public void remove(Transaction tx, Declared declared) {
    domains.remove(tx, declared.name());
    teams.changed(tx);
    Declarations.remove(tx, declared);
  }
}
