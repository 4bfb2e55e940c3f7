package io.hosu.tables;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What changed in a table between two of its snapshots: the rows of the files that came, without
 * those that the files held that went. So a row that was only written anew is no change.
 *
 * @param come the files that only the later snapshot has, the ones that came first first
 * @param gone the files that only the earlier one has, with the columns of the later one
 */
public record TableChanges(ScanPlan come, ScanPlan gone) {

  /** All rows of a table, which there were none of before. */
  public static TableChanges ofAll(ScanPlan plan) {
    return new TableChanges(plan, plan.withoutFiles());
  }

  /** The later snapshot; none when the table has no rows any more, or never had. */
  public OptionalLong snapshot() {
    return come.snapshot();
  }

  /** The files that a SELECT of the rows reads, or counts: nothing else needs to be opened. */
  public List<Path> paths() {
    return isOfAddedFilesAlone() && !gone.hidesRows()
        ? come.paths()
        : Stream.concat(come.paths().stream(), gone.paths().stream()).distinct().toList();
  }

  /** How many bytes the files have whose rows are read. */
  public long bytes() {
    return isOfAddedFilesAlone() ? come.bytes() : come.bytes() + gone.bytes();
  }

  /** Whether the files hold rows that are not among those that came, as they are deleted. */
  public boolean hidesRows() {
    return come.hidesRows() || gone.hidesRows();
  }

  /**
   * The SELECT of the rows that came, in the order in which they did: where no file went, plainly
   * those of the files.
   */
  public String sql() {
    return isOfAddedFilesAlone() ? come.sql() : difference();
  }

  /**
   * The SELECT of one number, {@code rows}: how many rows went for good.
   *
   * @param view what the engine calls the relation of {@link #sql}
   */
  public String rowsGone(String view) {
    return "SELECT (%s) - (%s) + (%s) AS rows"
        .formatted(
            count(gone),
            count(come),
            isOfAddedFilesAlone() ? count(come) : "SELECT count(*) FROM " + view);
  }

  /** Whether {@link #rowsGone} is known without any engine; then how many those are. */
  public OptionalLong rowsGone() {
    return isOfAddedFilesAlone() && !gone.hidesRows()
        ? OptionalLong.of(gone.rows())
        : OptionalLong.empty();
  }

  private static String count(ScanPlan plan) {
    return plan.hidesRows()
        ? "SELECT count(*) FROM (%s)".formatted(plan.sql())
        : "SELECT %d::BIGINT".formatted(plan.rows());
  }

  /** Whether nothing must be left out of the files that came. */
  public boolean isOfAddedFilesAlone() {
    return come.files().isEmpty() || gone.files().isEmpty();
  }

  /** As EXCEPT ALL, which would lose the order: of equal rows as many stay as there are more. */
  private String difference() {
    List<String> columns = come.columns().stream().map(SqlColumn::name).toList();
    String place = unlike("_place", columns);
    String copy = unlike("_copy", columns);
    String all = columns.stream().map(Sql::name).collect(Collectors.joining(", "));
    String same =
        Stream.concat(columns.stream(), Stream.of(copy))
            .map(Sql::name)
            .map(name -> "come.%s IS NOT DISTINCT FROM gone.%s".formatted(name, name))
            .collect(Collectors.joining(" AND "));
    String copies = "row_number() OVER (PARTITION BY %s) AS %s".formatted(all, Sql.name(copy));
    return """
    SELECT %s FROM (SELECT *, %s FROM (SELECT *, row_number() OVER () AS %s FROM (%s))) come \
    ANTI JOIN (SELECT *, %s FROM (%s)) gone ON %s ORDER BY %s\
    """
        .formatted(
            all, copies, Sql.name(place), come.sql(), copies, gone.sql(), same, Sql.name(place));
  }

  private static String unlike(String name, List<String> columns) {
    return columns.stream().anyMatch(name::equalsIgnoreCase) ? unlike(name + "_", columns) : name;
  }
}
