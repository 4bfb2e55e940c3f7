package io.hosu.delivery;

import io.hosu.delivery.ProjectDraft.StageDraft;
import io.hosu.kernel.TableName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tables the SQL of stages reads.
 *
 * @param byFile what each file names, as {@link SqlCheck.Verdict.Reads} has it; a file is missing
 *     where nobody looked
 */
record ReadTables(Map<String, Set<String>> byFile) {

  /** The tables that a stage reads besides its input; nothing where nobody looked. */
  Optional<Set<TableName>> of(StageDraft stage) {
    return stage
        .sqlPath()
        .map(byFile::get)
        .map(names -> {
          Set<TableName> tables = new TreeSet<>();
          names.forEach(
              name -> ProjectDraft.tableName(stage.name().domain(), name).ifPresent(tables::add));
          return tables;
        });
  }
}
