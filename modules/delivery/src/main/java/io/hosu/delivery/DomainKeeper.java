package io.hosu.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.delivery.Declared.Kind;
import io.hosu.governance.Domains;
import io.hosu.kernel.Json;
import io.hosu.pipelines.Teams;
import io.hosu.store.Transaction;
import io.hosu.tables.Clones;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    Optional<Clones.Clone> clone = Clones.find(tx, step.thing().name());
    return switch (step.verb()) {
      case CREATE -> clone.map(DomainKeeper::ofClone).stream().toList();
      case CHANGE -> List.of();
      case REMOVE ->
          List.of(
              clone.isPresent()
                  ? "It stays a clone, with its tables, until: hosu clones drop "
                      + step.thing().name()
                  : "Its tables and objects stay, without an owner.");
    };
  }

  private static String ofClone(Clones.Clone clone) {
    return "It is a clone of %s, with its tables; reading them takes SELECT on all of %s."
        .formatted(clone.source(), clone.source());
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
