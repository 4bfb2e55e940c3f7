package io.hosu.pipelines;

import io.hosu.kernel.Ids;
import io.hosu.objects.ObjectFiles;
import io.hosu.query.SystemTables;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.SessionRequest;
import io.hosu.query.engine.WriteResult;
import io.hosu.store.Transaction;
import io.hosu.tables.CommitContext;
import io.hosu.tables.FileStatistics;
import io.hosu.tables.PreparedCommit;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TableChange;
import io.hosu.tables.TableLayout;
import io.hosu.tables.Tables;
import io.hosu.tables.WriteTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Has an engine write executions as files of the Iceberg table. */
final class EngineArchiving implements Archiving {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Engines engines;
  private final Tables tables;
  private final ObjectFiles files;
  private final Ids ids;

  EngineArchiving(Engines engines, Tables tables, ObjectFiles files, Ids ids) {
    this.engines = engines;
    this.tables = tables;
    this.files = files;
    this.ids = ids;
  }

  @Override
  public Prepared prepare(Writing writing) throws IOException {
    Path directory = files.blobs().staging().resolve("archive-" + ids.next());
    try {
      Files.createDirectories(directory);
      Path lines = directory.resolve("rows.jsonl");
      int longest = writing.write(lines);
      TableChange change = written(directory, lines, longest);
      PreparedCommit commit = tables.prepare(CommitContext.of("hosu"), List.of(change));
      return new Prepared() {
        @Override
        public void publish(Transaction tx) {
          commit.publish(tx);
        }

        @Override
        public void close() {
          commit.close();
        }
      };
    } finally {
      SqlTransforming.removeAll(directory);
    }
  }

  private TableChange written(Path directory, Path lines, int longest) {
    String select = SystemTables.lines(ExecutionLines.COLUMNS, lines, longest);
    EngineView rows = new EngineView(List.of("rows"), select, List.of(lines));
    WriteTarget target =
        tables.target(
            ExecutionArchive.TABLE,
            ExecutionLines.COLUMNS.stream()
                .map(column -> new SqlColumn(column.name(), column.type()))
                .toList(),
            TableLayout.standard(),
            Tables.Columns.EVOLVE);
    SessionRequest request = new SessionRequest("", List.of(rows), null, directory, TIMEOUT);
    try (EngineSession session = engines.open(request)) {
      WriteResult result =
          session.write("SELECT * FROM rows", _ -> StageWrite.request(target, directory));
      List<FileStatistics> made = result.files().stream().map(FileStatistics::fromJson).toList();
      return new TableChange.Append(target, tables.adopt(target, made));
    }
  }
}
