package io.hosu.query;

import io.hosu.governance.AuditRecord;
import io.hosu.governance.AuditRecord.Shown;
import io.hosu.governance.AuditRecord.Verdict;
import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Suggestions;
import io.hosu.query.engine.Column;
import io.hosu.query.engine.EngineView;
import io.hosu.query.engine.NamedColumns;
import io.hosu.query.engine.OwnDirectory;
import io.hosu.query.engine.QueryError;
import io.hosu.tables.ScanPlan;
import io.hosu.tables.Sql;
import io.hosu.tables.SqlColumn;
import io.hosu.tables.TablesError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What the lake keeps of itself, as relations of an engine: rows of the state database, in a file
 * that lives as long as the query, and older ones of an Iceberg table. May be used from any thread.
 */
public final class SystemTables implements AutoCloseable {
  /** The engine has a catalog {@code system} of its own. */
  private static final String CATALOG = "domain_system";

  private static final int LEAST_LINE = 16 << 20;

  private final List<SystemTable> tables;
  private final OwnDirectory directory;
  private final InstantSource clock;
  private final AtomicLong numbers = new AtomicLong();

  /**
   * System tables.
   *
   * @param parent where files are made while they are needed
   */
  public SystemTables(Path parent, List<SystemTable> tables, InstantSource clock) {
    this.clock = clock;
    this.tables = List.copyOf(tables);
    this.directory = OwnDirectory.in(parent.toAbsolutePath());
  }

  /** The name of the view that stands for a system table in an engine. */
  static List<String> view(String name) {
    String[] words = name.split("\\.", -1);
    return List.of(CATALOG, words[words.length - 2], words[words.length - 1]);
  }

  /** Relations that can be read until they are closed. */
  final class Opened implements AutoCloseable {
    private final List<EngineView> views = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final List<Path> folders = new ArrayList<>();

    private Opened() {}

    /** A file that does not exist yet, and is removed with the relations. */
    Path file() {
      Path file = directory.path().resolve(numbers.incrementAndGet() + ".jsonl");
      files.add(file);
      return file;
    }

    /** A folder for files of the query, which are removed with the relations. */
    Path folder() {
      Path folder = directory.path().resolve("q" + numbers.incrementAndGet());
      try {
        folders.add(Files.createDirectory(folder));
      } catch (IOException e) {
        throw unavailable(e);
      }
      return folder;
    }

    List<EngineView> views() {
      return views;
    }

    @Override
    public void close() {
      folders.forEach(OwnDirectory::remove);
      for (Path file : files) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw unavailable(e);
        }
      }
    }
  }

  /**
   * The rows that {@code caller} may see of the tables that some SQL reads, with the columns that
   * it could read.
   *
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND} when there is no such table
   */
  Opened open(Caller caller, Guarded guarded) {
    List<SystemTable> wanted = guarded.systemTables().stream().map(this::require).toList();
    Opened opened = new Opened();
    try {
      for (SystemTable table : wanted) {
        Path file = opened.file();
        List<Column> columns = columns(table.columns(), guarded.columns());
        SystemTable.Rows rows = table.write(caller.principal(), columns, file);
        record(caller, table.name(), columns);
        opened.views.add(view(table, columns, file, rows));
      }
      return opened;
    } catch (IOException e) {
      opened.close();
      throw unavailable(e);
    } catch (RuntimeException | Error e) {
      opened.close();
      throw e;
    }
  }

  /** Everybody may, as far as the rows are theirs to see. */
  private void record(Caller caller, String table, List<Column> columns) {
    var shown = new Shown(columns.stream().map(Column::name).toList(), null, null);
    caller
        .trail()
        .add(
            AuditRecord.of(
                    clock.instant(), caller, Permission.SELECT.name(), table, Verdict.ALLOWED)
                .showing(shown));
  }

  /** Those that could be read; at least one, as there is no relation without. */
  static List<Column> columns(List<Column> all, NamedColumns named) {
    List<Column> columns = all.stream().filter(column -> named.may(column.name())).toList();
    return columns.isEmpty() ? all.subList(0, 1) : columns;
  }

  private SystemTable require(String name) {
    return tables.stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow(() -> notFound(name));
  }

  private NotFound notFound(String name) {
    List<String> known = tables.stream().map(SystemTable::name).toList();
    return new NotFound(
        TablesError.TABLE_NOT_FOUND,
        "There is no table %s%s".formatted(name, Suggestions.ending(name, known)),
        "What the lake keeps of itself: %s.".formatted(String.join(", ", known)));
  }

  private static EngineView view(
      SystemTable table, List<Column> columns, Path file, SystemTable.Rows rows) {
    List<Path> files = new ArrayList<>(List.of(file));
    String live = lines(columns, file, rows.longest());
    if (rows.older().isEmpty()) {
      return new EngineView(view(table.name()), live, files);
    }
    SystemTable.Older older = rows.older().get();
    files.addAll(older.plan().paths());
    return new EngineView(
        view(table.name()),
        live + " UNION ALL " + older(table, columns, older),
        files,
        EngineView.Rows.hiddenIf(older.hides() || older.plan().hidesRows()));
  }

  /**
   * The SELECT of rows that are JSON objects, each on a line of its own.
   *
   * @param columns the keys, and the types of their values
   * @param longest how many bytes the longest line has
   */
  public static String lines(List<Column> columns, Path file, int longest) {
    return "SELECT %s FROM read_json(%s, format='newline_delimited', records='true', maximum_object_size=%d, columns=%s)"
        .formatted(
            list(columns, column -> Sql.name(column.name())),
            Sql.text(file.toString()),
            Math.max(LEAST_LINE, longest),
            list(columns, column -> Sql.text(column.name()) + ": " + Sql.text(column.type()))
                .transform(fields -> "{" + fields + "}"));
  }

  private static String older(SystemTable table, List<Column> columns, SystemTable.Older older) {
    return "SELECT %s FROM (%s)%s"
        .formatted(
            list(columns, column -> cell(column, older)),
            whole("(%s)".formatted(older.plan().sql()), older.plan(), table.columns()),
            older.visible().isEmpty() ? "" : " WHERE " + older.visible());
  }

  /**
   * The SELECT of {@code relation}, which has the columns of {@code plan}, with those too that it
   * lacks as it was written before there were such.
   */
  static String whole(String relation, ScanPlan plan, List<Column> columns) {
    Set<String> there =
        plan.columns().stream().map(SqlColumn::name).collect(Collectors.toUnmodifiableSet());
    String lacking =
        columns.stream()
            .filter(column -> !there.contains(column.name()))
            .map(column -> ", NULL::%s AS %s".formatted(column.type(), Sql.name(column.name())))
            .collect(Collectors.joining());
    return "SELECT *%s FROM %s".formatted(lacking, relation);
  }

  private static String cell(Column column, SystemTable.Older older) {
    String name = Sql.name(column.name());
    String form = older.cells().get(column.name());
    return form == null ? name : "CAST(%s AS %s) AS %s".formatted(form, column.type(), name);
  }

  private static String list(Collection<Column> columns, Function<Column, String> form) {
    return columns.stream().map(form).collect(Collectors.joining(", "));
  }

  static Unavailable unavailable(IOException e) {
    return new Unavailable(
        QueryError.ENGINE_DISK,
        "The rows of a system table could not be written for an engine: %s."
            .formatted(e.getMessage()),
        "See with `hosu doctor` whether the disk is full or not writable.",
        e);
  }

  /** Removes all files. */
  @Override
  public void close() {
    directory.close();
  }
}
