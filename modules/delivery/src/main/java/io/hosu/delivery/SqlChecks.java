package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.kernel.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks the SQL files: that stages run them, that they parse, and that what they read exists. */
final class SqlChecks {
  private final ProjectDraft draft;
  private final Mistakes mistakes;
  private final StageChecks stages;
  private final Set<TableName> tables;
  private final Map<String, Set<String>> reads = new HashMap<>();

  SqlChecks(ProjectDraft draft, Mistakes mistakes, StageChecks stages) {
    this.draft = draft;
    this.mistakes = mistakes;
    this.stages = stages;
    this.tables = draft.knownTables();
  }

  /** Returns what each file reads of which that can be told, by its path. */
  Map<String, Set<String>> check(SqlCheck check) {
    Map<String, List<StageDraft>> users = users();
    draft.sql.forEach((path, text) -> file(path, text, users, check));
    return reads;
  }

  private Map<String, List<StageDraft>> users() {
    Map<String, List<StageDraft>> users = new HashMap<>();
    for (StageDraft stage : draft.stages) {
      stage
          .sqlPath()
          .ifPresent(path -> users.computeIfAbsent(path, _ -> new ArrayList<>()).add(stage));
    }
    return users;
  }

  private void file(String path, String text, Map<String, List<StageDraft>> users, SqlCheck check) {
    List<StageDraft> usedBy = users.getOrDefault(path, List.of());
    if (usedBy.isEmpty() && !draft.incomplete) {
      mistakes.warning(
          Place.of(path), "No stage runs this file.", "Name it in a stage, or remove it.");
    }
    if (text.isBlank()) {
      mistakes.error(Place.of(path), "The file is empty.", "Write one SELECT into it.");
      return;
    }
    switch (check.check(path.split("/", 3)[1], text)) {
      case SqlCheck.Verdict.Unchecked() -> {}
      case SqlCheck.Verdict.Wrong(int line, int column, var why, var remedy) ->
          mistakes.error(at(path, text, line, column), why, remedy);
      case SqlCheck.Verdict.Reads(var read, var changes) -> {
        reads.put(path, read);
        usedBy.forEach(stage -> {
          read.forEach(table -> reads(stage, path, text, table));
          changes.forEach(table -> changes(stage, path, text, table));
        });
      }
    }
  }

  /** Where changes() and what is written of it do not go together. */
  private void changes(StageDraft stage, String path, String text, String table) {
    Place place = find(path, text, "changes");
    if (stage.mode().equals("overwrite")) {
      mistakes.error(
          place,
          "The stage %s overwrites its table: of what changes() gives, only the last would stay."
              .formatted(stage.name()),
          "Read %s itself, or write with mode append or merge.".formatted(table));
    }
    if (stage.mode().equals("append")) {
      draft.stages.stream()
          .filter(writer -> writer.target().map(TableName::toString).equals(Optional.of(table)))
          .filter(SqlChecks::mayReplace)
          .forEach(writer ->
              mistakes.warning(
                  place,
                  "Where %s replaces rows of %s, changes() gives the stage %s the new ones, and what it appended of the earlier ones stays."
                      .formatted(writer.name(), table, stage.name()),
                  "If each row shall be there once, write with mode merge, or read %s itself with mode overwrite."
                      .formatted(table)));
    }
  }

  /** Whether rows of the table that a stage writes may give way to others. */
  private static boolean mayReplace(StageDraft writer) {
    return !writer.mode().equals("append")
        || (!writer.yaml().text("versions").equals(Optional.of("keep"))
            && writer.yaml().mapping("on").filter(SetChecks::bringsObjects).isPresent());
  }

  private void reads(StageDraft stage, String path, String text, String table) {
    if (table.equals("input")) {
      boolean some =
          stage
              .yaml()
              .mapping("on")
              .filter(on -> SetChecks.bringsObjects(on) || on.entry("pattern").isPresent())
              .isPresent();
      if (!some && draft.sound.test(stage.yaml().find("on").orElse(stage.yaml()))) {
        mistakes.error(
            find(path, text, table),
            "The stage %s has no 'input': no objects and no events start it."
                .formatted(stage.name()),
            "Read tables instead, or start the stage on objects.");
      }
      return;
    }
    Optional<TableName> name = ProjectDraft.tableName(stage.name().domain(), table);
    if (name.isEmpty()) {
      mistakes.error(
          find(path, text, table),
          "'%s' does not name a table of the lake%s"
              .formatted(
                  table,
                  References.suggestion(
                      table, tables.stream().map(t -> t.layer() + "." + t.table()).toList())),
          TextForm.TABLE.remedy());
    } else if (!tables.contains(name.get())) {
      stages.unknownTable(stage.name().domain(), name.get(), find(path, text, table));
    }
  }

  private static Place find(String path, String text, String word) {
    int at = text.toLowerCase(Locale.ROOT).indexOf(word.toLowerCase(Locale.ROOT));
    if (at < 0) {
      int dot = word.indexOf('.');
      return dot < 0 ? Place.of(path) : find(path, text, word.substring(dot + 1));
    }
    int line = (int) text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
    int column = at - (text.lastIndexOf('\n', Math.max(0, at - 1)) + 1) + 1;
    return new Place(path, line, Math.max(1, column), word, text.lines().toList().get(line - 1));
  }

  private static Place at(String path, String text, int line, int column) {
    List<String> lines = text.lines().toList();
    if (line < 1 || line > lines.size()) {
      return Place.of(path);
    }
    return new Place(path, line, Math.max(1, column), "", lines.get(line - 1));
  }
}
