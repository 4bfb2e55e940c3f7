package io.hosu.query;

import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.NamedColumns;
import io.hosu.tables.MetadataTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The views of an engine that stand for what Iceberg keeps of tables, {@code "orders$snapshots"}:
 * files and counts tell of all rows, so that only who sees all of a table sees them. May be used
 * from any thread.
 */
final class MetadataViews {
  private final GrantedViews views;

  MetadataViews(GrantedViews views) {
    this.views = views;
  }

  /**
   * The view of what {@code ref} means.
   *
   * @param named the columns that are asked for
   * @param opened keeps the rows as long as they are read
   * @throws NotFound when the table is not there, or must not be known to be there
   * @throws Denied {@code PERMISSION_DENIED}, also to who sees a part of the table alone
   */
  GrantedViews.Granted of(
      GrantedViews.Asking asking, TableRef ref, NamedColumns named, SystemTables.Opened opened) {
    GrantedViews.Whole whole = views.whole(asking, ref.table());
    MetadataTable metadata = MetadataTable.of(whole.table(), ref.metadataKind());
    List<Column> all =
        metadata.columns().stream()
            .map(column -> new Column(column.name(), column.type()))
            .toList();
    List<Column> columns = SystemTables.columns(all, named);
    Path file = opened.file();
    int longest = write(metadata, columns, file);
    String rows = SystemTables.lines(columns, file, longest);
    return new GrantedViews.Granted(
        new EngineView(ref.view(), rows, List.of(file)), whole.stands());
  }

  private static int write(MetadataTable metadata, List<Column> columns, Path file) {
    Set<String> wanted = columns.stream().map(Column::name).collect(Collectors.toSet());
    try (JsonLines lines = new JsonLines(file)) {
      metadata.read(wanted::contains, row -> lines.add(row::write));
      return lines.longest();
    } catch (IOException e) {
      throw SystemTables.unavailable(e);
    }
  }
}
