package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.delivery.YamlValue.Entry;
import io.hosu.delivery.YamlValue.Mapping;
import io.hosu.delivery.YamlValue.Scalar;
import io.hosu.delivery.YamlValue.Sequence;
import io.hosu.kernel.Durations;
import io.hosu.kernel.StageName;
import io.hosu.kernel.TableName;
import io.hosu.pipelines.Audit;
import io.hosu.pipelines.AuditRule;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Checks the rules of stages: that they are asked, that they parse, and what they read. */
final class RuleChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final StageChecks stages;
  private final Map<StageName, Map<String, Set<TableName>>> reads = new HashMap<>();

  RuleChecks(ProjectDraft draft, Mistakes mistakes, StageChecks stages) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.stages = stages;
  }

  /** Checks all rules; what they read is known then, as far as {@code check} looks. */
  RuleChecks check(SqlCheck check) {
    draft.stages.forEach(stage -> stage(stage, check));
    return this;
  }

  private void stage(StageDraft stage, SqlCheck check) {
    String publish = stage.yaml().text("publish").orElse(RulesShape.AT_ONCE);
    if (publish.equals(RulesShape.AFTER_RULES) && stage.yaml().entry("rules").isEmpty()) {
      mistakes.error(
          stage.yaml().entry("publish").orElseThrow().value().place(),
          "The stage publishes after its rules, and has none.",
          "Add rules: [{ name: ..., violations: SELECT ... }], or remove publish.");
    }
    for (String key : List.of("rules", "keep_rejected")) {
      stage
          .yaml()
          .entry(key)
          .filter(_ -> publish.equals(RulesShape.AT_ONCE))
          .ifPresent(this::withoutAsking);
    }
    rules(stage.yaml()).forEach(rule -> rule(stage, rule, check));
  }

  private void withoutAsking(Entry entry) {
    mistakes.error(
        entry.place(),
        "'%s' has no meaning here: the stage publishes at once.".formatted(entry.key()),
        "Add publish: %s, or remove it.".formatted(RulesShape.AFTER_RULES));
  }

  private void rule(StageDraft stage, Mapping rule, SqlCheck check) {
    Optional<Scalar> sql = rule.scalar("violations").filter(draft.sound);
    Optional<String> name = rule.text("name");
    if (sql.isEmpty() || name.isEmpty()) {
      return;
    }
    switch (check.check(stage.name().domain(), sql.get().text())) {
      case SqlCheck.Verdict.Unchecked() -> {}
      case SqlCheck.Verdict.Wrong(_, _, var why, var remedy) ->
          mistakes.error(sql.get().place(), why, remedy);
      case SqlCheck.Verdict.Reads(var read, var changes) -> {
        changes.forEach(table -> changes(sql.get(), table));
        read.forEach(table -> reads(stage, name.get(), sql.get(), table));
      }
    }
  }

  private void changes(Scalar sql, String table) {
    mistakes.error(
        sql.place(),
        "A rule cannot ask for changes('%s').".formatted(table),
        "Compare with %s FOR VERSION AS OF 'main'.".formatted(table));
  }

  private void reads(StageDraft stage, String rule, Scalar sql, String table) {
    Optional<TableName> name = ProjectDraft.tableName(stage.name().domain(), table);
    if (table.equals("input") || name.isEmpty()) {
      mistakes.error(
          sql.place(),
          "A rule is asked over tables, and '%s' is none.".formatted(table),
          "Name the table that the stage writes: FROM %s."
              .formatted(stage.targetPlace().map(Scalar::text).orElse("layer.table")));
    } else if (isKnown(stage, name.get())) {
      reads
          .computeIfAbsent(stage.name(), _ -> new HashMap<>())
          .computeIfAbsent(rule, _ -> new TreeSet<>())
          .add(name.get());
    } else {
      stages.unknownTable(stage.name().domain(), name.get(), sql.place());
    }
  }

  private boolean isKnown(StageDraft stage, TableName table) {
    boolean isQuarantine =
        stage.target().map(TableName::quarantine).filter(table::equals).isPresent();
    return isQuarantine || draft.knownTables().contains(table);
  }

  /** What a stage asks for, with what its rules read: its target, where nobody looked. */
  Audit of(StageDraft stage) {
    Map<String, Set<TableName>> known = reads.getOrDefault(stage.name(), Map.of());
    Set<TableName> target = new TreeSet<>(stage.target().stream().toList());
    return new Audit(
        asking(stage.yaml(), name -> known.getOrDefault(name, target)).rules(),
        keeping(stage.yaml()).keep());
  }

  /** Which tables a rule of this name reads. */
  interface Reads {
    Set<TableName> of(String rule);
  }

  /** How long the YAML of a stage has what is rejected kept, and nothing else of it. */
  static Audit keeping(Mapping stage) {
    return new Audit(
        List.of(), stage.text("keep_rejected").map(Durations::parse).orElse(Audit.STANDARD_KEEP));
  }

  /** The rules that the YAML of a stage has, and nothing else of it. */
  static Audit asking(Mapping stage, Reads reads) {
    return new Audit(rules(stage).map(rule -> read(rule, reads)).toList(), Audit.STANDARD_KEEP);
  }

  private static AuditRule read(Mapping rule, Reads reads) {
    String name = rule.text("name").orElseThrow();
    return AuditRule.of(
        name,
        rule.text("severity")
            .map(word -> AuditRule.Severity.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(AuditRule.Severity.ERROR),
        rule.text("violations").orElseThrow(),
        reads.of(name));
  }

  private static Stream<Mapping> rules(Mapping stage) {
    return stage.find("rules").stream()
        .flatMap(list -> list instanceof Sequence many ? many.items().stream() : Stream.empty())
        .flatMap(item -> item instanceof Mapping rule ? Stream.of(rule) : Stream.empty());
  }
}
