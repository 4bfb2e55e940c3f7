package io.hosu.delivery;

import static io.hosu.delivery.References.suggestion;

import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.pipelines.Team;
import java.util.List;
import java.util.Optional;

/** Reads the teams of lake.yaml, and checks that they own domains. */
final class TeamChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;

  TeamChecks(ProjectDraft draft, Mistakes mistakes) {
    this.draft = draft;
    this.mistakes = mistakes;
  }

  void check() {
    List<String> owners =
        draft.domains.values().stream()
            .flatMap(Optional::stream)
            .flatMap(domain -> domain.text("owner").stream())
            .distinct()
            .sorted()
            .toList();
    for (Entry team : teams(draft)) {
      if (!owners.contains(team.key()) && !draft.incomplete) {
        mistakes.error(
            team.place(),
            "No domain has the owner '%s'%s".formatted(team.key(), suggestion(team.key(), owners)),
            owners.isEmpty()
                ? "Name an owner in the domain.yaml of the team's domains."
                : "Owners: %s.".formatted(Mistakes.listed(owners)));
      }
      if (team.value() instanceof Mapping values && draft.sound.test(values)) {
        values(team, values);
      }
    }
  }

  private void values(Entry team, Mapping values) {
    if (values.entries().isEmpty()) {
      mistakes.error(
          team.place(),
          "Nothing is said of the team '%s'.".formatted(team.key()),
          "Write a weight or a concurrency, or remove it.");
    }
    try {
      read(team.key(), values);
    } catch (Invalid e) {
      mistakes.error(values.place(), e.what(), e.remedy());
    }
  }

  static List<Entry> teams(ProjectDraft draft) {
    return draft
        .lake
        .flatMap(lake -> lake.mapping("teams"))
        .map(Mapping::entries)
        .orElse(List.of());
  }

  static Team read(String name, Mapping values) {
    return new Team(
        name,
        values.text("weight").map(Integer::valueOf).orElse(1),
        values.text("concurrency").stream().mapToInt(Integer::parseInt).findFirst());
  }
}
