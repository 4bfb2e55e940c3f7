package io.hosu.pipelines;

import static java.util.stream.Collectors.toMap;

import io.hosu.governance.Domains;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The teams of the lake: whoever owns domains is one, and its domains share what it may take of the
 * servers; a domain without an owner is a team of its own. May be used from any thread.
 */
public final class Teams {
  private final Domains domains;
  private final Stages stages;

  public Teams(Domains domains, Stages stages) {
    this.domains = domains;
    this.stages = stages;
  }

  /** A team with its domains. */
  record Owning(Team team, Set<String> domains) {}

  /** Keeps {@code team} in place of the one of its name. */
  public void put(Transaction tx, Team team) {
    Long concurrency =
        team.concurrency().isPresent() ? Long.valueOf(team.concurrency().getAsInt()) : null;
    tx.update(
        """
        INSERT INTO teams (name, weight, concurrency) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE
        SET weight = excluded.weight, concurrency = excluded.concurrency\
        """,
        team.name(),
        team.weight(),
        concurrency);
    changed(tx);
  }

  /** Lets the team of this name have what every team has. */
  public void remove(Transaction tx, String name) {
    tx.update("DELETE FROM teams WHERE name = ?", name);
    changed(tx);
  }

  /** The teams of which something is declared, by name. */
  public List<Team> list(Transaction tx) {
    return tx.list("SELECT * FROM teams ORDER BY name", Teams::team);
  }

  private static Team team(Row row) {
    OptionalInt concurrency =
        row.optionalNumber("concurrency").stream().mapToInt(Long::intValue).findFirst();
    return new Team(row.text("name"), (int) row.number("weight"), concurrency);
  }

  /** Domains have other owners than before: every server looks again. */
  public void changed(Transaction tx) {
    stages.changed(tx);
  }

  /** The team of each domain that is known, by the domain's name. */
  Map<String, Owning> byDomain(Transaction tx) {
    Map<String, Team> declared = list(tx).stream().collect(toMap(Team::name, team -> team));
    Map<String, Owning> byName = new HashMap<>();
    Map<String, Owning> byDomain = new HashMap<>();
    for (Domains.Domain domain : domains.list(tx)) {
      String name = domain.owner().isEmpty() ? ownerless(domain.name()) : domain.owner();
      Owning owning =
          byName.computeIfAbsent(
              name,
              _ -> new Owning(declared.getOrDefault(name, Team.standard(name)), new TreeSet<>()));
      owning.domains().add(domain.name());
      byDomain.put(domain.name(), owning);
    }
    return byDomain;
  }

  /** The team of a domain that has no owner: no owner is called so. */
  static Owning alone(String domain) {
    return new Owning(Team.standard(ownerless(domain)), Set.of(domain));
  }

  private static String ownerless(String domain) {
    return "domain " + domain;
  }
}
