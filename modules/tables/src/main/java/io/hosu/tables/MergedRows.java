package io.hosu.tables;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.TableMetadata;

/**
 * Files of a table in which upkeep merged rows of several commits, so that rows of some of these
 * can be told from the others.
 */
public final class MergedRows {
  private final LakeTable table;
  private final ScanPlan plan;
  private final List<PlannedFile> files;
  private final List<PlannedFile> whole;
  private final List<CommittedRows> commits;

  private MergedRows(
      LakeTable table, ScanPlan plan, List<PlannedFile> files, List<CommittedRows> commits) {
    this.table = table;
    this.plan = plan;
    this.files = files;
    // Where rows were deleted since, it cannot be told how many came: these are not looked into.
    this.whole = files.stream().filter(file -> file.deletes().isEmpty()).toList();
    this.commits = List.copyOf(commits);
  }

  /** The files of {@code plan} that may hold rows which came with {@code commits}. */
  static MergedRows of(LakeTable table, ScanPlan plan, List<CommittedRows> commits) {
    long first = commits.stream().mapToLong(CommittedRows::sequence).min().orElse(Long.MAX_VALUE);
    List<PlannedFile> files =
        plan.files().stream()
            .filter(file -> number(file) >= first)
            .filter(RowLineage::isIn)
            .toList();
    return new MergedRows(table, plan, plan.lineage().tellsCommits() ? files : List.of(), commits);
  }

  private static long number(PlannedFile file) {
    Long number = file.file().fileSequenceNumber();
    return number == null ? 0 : number;
  }

  /** The commits. */
  public List<CommittedRows> commits() {
    return commits;
  }

  /** The table as it was looked at. */
  public ScanPlan plan() {
    return plan;
  }

  /**
   * The SELECT of the rows of all these files, with {@code _file} and the number of their commit.
   */
  public String sql() {
    return plan.lineage().selectWithFile(plan, whole);
  }

  /** The files that this SELECT reads. */
  public List<Path> paths() {
    return whole.stream().map(PlannedFile::path).toList();
  }

  /** Whether a file is one of these. */
  boolean holds(String location) {
    return files.stream().anyMatch(file -> file.file().location().equals(location));
  }

  /** What is true of the rows that came with the commits. */
  public String condition() {
    return Sql.name(RowLineage.SEQUENCE)
        + commits.stream()
            .map(commit -> Long.toString(commit.sequence()))
            .collect(Collectors.joining(", ", " IN (", ")"));
  }

  /** The change that takes what came with the commits out of the table, as nothing was merged. */
  public TableChange takenOut() {
    TableMetadata base = table.metadata();
    return new TableChange.ReplaceCommits(
        new WriteTarget(table.name(), base, base, List.of(), List.of()),
        this,
        Taken.NONE,
        new NewFiles(List.of(), List.of()));
  }

  /** What the engine must be told to write others of the rows for {@code target}. */
  public WriteShape shape(WriteTarget target) {
    return plan.lineage()
        .in(
            WriteShape.of(
                target.schema(), target.spec(), target.order(), WriteTarget.names(plan.schema())));
  }

  /**
   * Some of the files, which give way to others without the rows that came with the commits.
   *
   * @param files by local path
   * @param rows how many rows of the commits they hold
   * @param others how many others
   */
  public record Taken(List<String> files, long rows, long others) {
    /** None of them. */
    public static final Taken NONE = new Taken(List.of(), 0, 0);

    public Taken {
      files = List.copyOf(files);
    }
  }
}
