package io.hosu.tables;

import io.hosu.governance.ClonedDomains;
import io.hosu.governance.Grants;
import io.hosu.governance.Principal;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Ids;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Suggestions;
import io.hosu.kernel.TableName;
import io.hosu.objects.Buckets;
import io.hosu.objects.ObjectFiles;
import io.hosu.objects.SharedFiles;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Domains that have the tables of another one as they were at one moment, in the same bytes: the
 * files of a clone are objects of its own, which share their bytes with those of the source, so
 * that neither of the two can lose anything by what becomes of the other. A clone has tables and
 * views alone, and no lake project declares it.
 *
 * <p>Decides nothing about who may do what: its callers do, and the policy, which is told what is a
 * clone of what. May be used from any thread.
 */
public final class Clones {
  private final Parts parts;
  private final Tables tables;
  private final Cloning cloning;

  /** What the catalog does it with. */
  record Parts(
      Database database,
      ObjectFiles files,
      TableEvents events,
      InstantSource clock,
      Ids ids,
      FilePaths paths,
      MetadataFiles metadata,
      TableLocks locks,
      Views views,
      CloneEngine engine) {}

  Clones(Parts parts, Tables tables, Grants grants) {
    this.parts = parts;
    this.tables = tables;
    this.cloning = new Cloning(parts, tables, grants);
  }

  /** What the policy asks for; see {@link ClonedDomains}. */
  public static ClonedDomains.Cloned cloned(Transaction tx) {
    return CloneRows.cloned(tx);
  }

  /**
   * A clone.
   *
   * @param principal who made it, as grantees are written
   */
  public record Clone(String domain, String source, String principal, Instant clonedAt) {}

  /** A text of a view of the source that a clone has not: it is not understood. */
  public record LeftOut(TableName view, String dialect) {}

  /**
   * A clone that was made.
   *
   * @param leftOut what it has not of the views of its source
   */
  public record Made(Clone made, List<LeftOut> leftOut) {
    public Made {
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * That a table was cloned.
   *
   * @param source by the name that it had then
   * @param principal who made the clone, as grantees are written
   */
  public record Origin(TableName table, TableName source, String principal) {}

  /** From what the tables of all clones are. */
  public static List<Origin> origins(Transaction tx) {
    return CloneRows.origins(tx);
  }

  /**
   * What tables a domain has.
   *
   * @param bytes of their data, whoever has the same bytes
   * @param ownBytes what all files below its tables have that no object elsewhere has
   */
  public record Extent(
      List<TableName> tables,
      List<TableName> views,
      long rows,
      long files,
      long bytes,
      long ownBytes) {
    public Extent {
      tables = List.copyOf(tables);
      views = List.copyOf(views);
    }
  }

  /** All clones, by name. */
  public List<Clone> list() {
    return parts.database.read(CloneRows::list);
  }

  /** The clone of this name. */
  public Optional<Clone> find(String domain) {
    return parts.database.read(tx -> CloneRows.find(tx, domain));
  }

  /** The same as this transaction sees it. */
  public static Optional<Clone> find(Transaction tx, String domain) {
    return CloneRows.find(tx, domain);
  }

  /** What tables {@code domain} has, and views. */
  public Extent extent(String domain) {
    List<TableSummary> all =
        tables.summaries().stream().filter(table -> table.name().domain().equals(domain)).toList();
    return parts.database.read(tx ->
        new Extent(
            all.stream().map(TableSummary::name).toList(),
            views(tx, domain),
            all.stream().mapToLong(TableSummary::rows).sum(),
            all.stream().mapToLong(TableSummary::files).sum(),
            all.stream().mapToLong(TableSummary::bytes).sum(),
            Buckets.list(tx).stream()
                .mapToLong(
                    layer -> SharedFiles.ownBytes(tx, new ObjectName(layer.name(), domain + "/")))
                .sum()));
  }

  private static List<TableName> views(Transaction tx, String domain) {
    return ViewRows.list(tx).stream().filter(view -> view.domain().equals(domain)).toList();
  }

  /** Whoever asks for a clone writes this beside it, in the transaction that makes it. */
  public interface Beside {
    void publish(Transaction tx);
  }

  /**
   * Refuses what cannot be cloned so.
   *
   * @return what the clone would not have of the views of its source
   * @throws NotFound {@link TablesError#TABLE_NOT_FOUND} when the domain has no table
   * @throws Invalid {@link TablesError#CLONE_INVALID}
   * @throws Conflict {@link TablesError#CLONE_EXISTS} when the name is taken
   */
  public List<LeftOut> check(String source, String as) {
    return cloning.check(source, as);
  }

  /**
   * Makes the domain {@code as} with the tables and views that {@code source} has now: all of them,
   * with all of their states, as they are at one moment, or none. {@code maker} may do with them
   * what is done with tables.
   *
   * @throws NotFound as {@link #check} does
   * @throws Invalid as {@link #check} does
   * @throws Conflict as {@link #check} does; {@link TablesError#TABLE_BUSY}; {@link
   *     TablesError#TABLE_CHANGED} when others commit to the tables all the time
   */
  public Made make(Principal maker, String source, String as, Beside beside) {
    return cloning.make(maker, source, as, beside);
  }

  /**
   * Drops a clone with all its tables, views and the grants by command on what is in it. The bytes
   * go that nothing else has, as those of dropped tables do.
   *
   * @return the clone as it was
   * @throws NotFound {@link TablesError#CLONE_NOT_FOUND}
   * @throws Conflict as {@link #requireUncloned}
   */
  public Clone drop(Transaction tx, String domain) {
    return cloning.drop(tx, domain);
  }

  /**
   * Refuses to drop a clone of which there are clones: who may read these is a matter of it.
   *
   * @throws Conflict {@link TablesError#CLONE_NEEDED}
   */
  public static void requireUncloned(Transaction tx, String domain) {
    long clones = CloneRows.countOf(tx, domain);
    if (clones > 0) {
      throw new Conflict(
          TablesError.CLONE_NEEDED,
          "There are clones of %s (%d), which only those may read who may read it."
              .formatted(domain, clones),
          "Drop them first: hosu clones list");
    }
  }

  /** Forgets clones that were dropped, as soon as no file of theirs is left; how many. */
  public int forget() {
    return parts.database.<Integer>write(CloneRows::forget);
  }

  /** That there is no such clone, with a suggestion among {@code known}. */
  public static NotFound notFound(String domain, List<String> known) {
    return new NotFound(
        TablesError.CLONE_NOT_FOUND,
        "There is no clone %s%s".formatted(domain, Suggestions.ending(domain, known)),
        "See the clones with: hosu clones list");
  }
}
