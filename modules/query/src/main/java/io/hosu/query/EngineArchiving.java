package io.hosu.query;

import io.hosu.kernel.Ids;
import io.hosu.kernel.TableName;
import io.hosu.objects.ObjectFiles;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.Engines;
import io.hosu.query.engine.OwnDirectory;
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

/** Has engines write rows as files of Iceberg tables. May be used from any thread. */
public final class EngineArchiving {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Engines engines;
  private final Tables tables;
  private final ObjectFiles files;
  private final Ids ids;

  /** Archiving by these engines. */
  public EngineArchiving(Engines engines, Tables tables, ObjectFiles files, Ids ids) {
    this.engines = engines;
    this.tables = tables;
    this.files = files;
    this.ids = ids;
  }

  /** Makes rows of {@code table}, with these columns. */
  public Archiving into(TableName table, List<Column> columns) {
    return writing -> prepare(table, columns, writing);
  }

  private Archiving.Prepared prepare(
      TableName table, List<Column> columns, Archiving.Writing writing) throws IOException {
    Path directory = files.blobs().staging().resolve("archive-" + ids.next());
    try {
      Files.createDirectories(directory);
      Path lines = directory.resolve("rows.jsonl");
      int longest = writing.write(lines);
      String select = SystemTables.lines(columns, lines, longest);
      EngineView rows = new EngineView(List.of("rows"), select, List.of(lines));
      TableChange change = written(directory, rows, target(table, columns));
      PreparedCommit commit = tables.prepare(CommitContext.of("hosu"), List.of(change));
      return new Archiving.Prepared() {
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
      OwnDirectory.remove(directory);
    }
  }

  private WriteTarget target(TableName table, List<Column> columns) {
    return tables.target(
        table,
        columns.stream().map(column -> new SqlColumn(column.name(), column.type())).toList(),
        TableLayout.standard(),
        Tables.Columns.EVOLVE);
  }

  private TableChange written(Path directory, EngineView rows, WriteTarget target) {
    SessionRequest request = new SessionRequest("", List.of(rows), null, directory, TIMEOUT);
    try (EngineSession session = engines.open(request)) {
      WriteResult result =
          session.write("SELECT * FROM rows", _ -> TableWriting.request(target, directory));
      List<FileStatistics> made = result.files().stream().map(FileStatistics::fromJson).toList();
      return new TableChange.Append(target, tables.adopt(target, made));
    }
  }
}
