package io.hosu.pipelines;

import io.hosu.query.TableWriting;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.WriteRequest;
import io.hosu.query.engine.WriteResult;
import io.hosu.tables.CommittedRows;
import io.hosu.tables.MergedRows;
import io.hosu.tables.Sql;
import io.hosu.tables.Tables;
import io.hosu.tables.WriteTarget;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows that stay of files in which upkeep merged what an execution replaces with other rows.
 *
 * @param merged what is replaced; empty when nothing is
 */
record Staying(Optional<MergedRows> merged) {
  private static final String RELATION = "merged";

  /** Files that give way, and the files that hold their other rows. */
  record Written(MergedRows.Taken taken, Optional<WriteResult> result) {}

  static Staying of(Tables tables, Transforming.Work work) {
    List<CommittedRows> commits = tables.published(work.stage().into().table(), work.replaces());
    return new Staying(
        commits.isEmpty()
            ? Optional.empty()
            : Optional.of(tables.merged(work.stage().into().table(), commits)));
  }

  /** The relations that are needed to find them. */
  List<EngineView> views() {
    return merged
        .filter(Staying::isAny)
        .map(it -> new EngineView(List.of(RELATION), it.sql(), it.paths()))
        .stream()
        .toList();
  }

  private static boolean isAny(MergedRows merged) {
    return !merged.paths().isEmpty();
  }

  /** Writes the rows that stay as files of {@code target} into {@code output}. */
  Written write(EngineSession session, WriteTarget target, Path output) {
    return merged
        .filter(Staying::isAny)
        .map(it -> write(session, it, target, output))
        .orElse(new Written(MergedRows.Taken.NONE, Optional.empty()));
  }

  private static Written write(
      EngineSession session, MergedRows merged, WriteTarget target, Path output) {
    List<Held> held =
        EngineRows.of(
                session,
                "SELECT _file, count(*) AS rows FROM %s WHERE %s GROUP BY _file ORDER BY _file"
                    .formatted(RELATION, merged.condition()))
            .stream()
            .map(row -> new Held(row.path("_file").asText(), row.path("rows").asLong()))
            .toList();
    if (held.isEmpty()) {
      return new Written(MergedRows.Taken.NONE, Optional.empty());
    }
    List<String> paths = held.stream().map(Held::file).toList();
    String files = paths.stream().map(Sql::text).collect(Collectors.joining(", ", "(", ")"));
    String others =
        "SELECT * EXCLUDE (_file) FROM %s WHERE _file IN %s AND NOT (%s)"
            .formatted(RELATION, files, merged.condition());
    WriteRequest request =
        TableWriting.request(merged.shape(target), output, WriteRequest.STANDARD_FILE_BYTES);
    WriteResult result = session.write(others, _ -> request);
    long rows = held.stream().mapToLong(Held::rows).sum();
    return new Written(new MergedRows.Taken(paths, rows, result.rows()), Optional.of(result));
  }

  private record Held(String file, long rows) {}
}
