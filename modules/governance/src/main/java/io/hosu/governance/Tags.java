package io.hosu.governance;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.TableName;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What things are tagged with, from which grants may follow, and which tables are in which dataset.
 * May be used from any thread.
 */
public final class Tags {
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int MOST_CHARACTERS = 256;

  private final Database database;

  public Tags(Database database) {
    this.database = database;
  }

  /**
   * A tag.
   *
   * @param on the lake, or a domain, layer, dataset, table or column
   * @param source who manages it: {@link Grant#GIT} or {@link Grant#CLI}
   */
  public record Tag(Resource on, String key, String value, String source) {
    public Tag {
      requireTaggable(on);
      if (!KEY.matcher(key).matches()) {
        throw invalid(
            "'%s' cannot name a tag.".formatted(key),
            "Use a small letter, then small letters, digits and _, at most 63 in all.");
      }
      if (value.isEmpty() || value.length() > MOST_CHARACTERS) {
        throw invalid(
            "The tag '%s' of %s has a value of %d characters.".formatted(key, on, value.length()),
            "Give it a value of 1 to %d characters.".formatted(MOST_CHARACTERS));
      }
    }

    private static void requireTaggable(Resource on) {
      switch (on) {
        case Resource.Lake _,
            Resource.Domain _,
            Resource.Layer _,
            Resource.Dataset _,
            Resource.Table _,
            Resource.Column _ -> {}
        case Resource.Bucket _, Resource.ObjectKey _, Resource.Pipeline _, Resource.Tagged _ ->
            throw invalid(
                "%s has no tags.".formatted(on),
                "Tag the lake, DOMAIN, DOMAIN.LAYER, dataset:DOMAIN.DATASET, DOMAIN.LAYER.TABLE or"
                    + " DOMAIN.LAYER.TABLE.COLUMN.");
      }
    }

    private static Invalid invalid(String what, String remedy) {
      return new Invalid(GovernanceError.TAG_INVALID, what, remedy);
    }
  }

  /**
   * Keeps a tag in place of the one of its resource and key.
   *
   * @throws Conflict {@link GovernanceError#TAG_DECLARED} when the lake project has one there
   */
  public void put(Transaction tx, Tag tag) {
    if (!tag.source().equals(Grant.GIT)) {
      find(tx, tag.on(), tag.key()).ifPresent(Tags::requireNotDeclared);
    }
    keep(tx, tag);
  }

  /**
   * Removes a tag that was given by command.
   *
   * @throws NotFound {@link GovernanceError#TAG_NOT_FOUND}
   * @throws Conflict {@link GovernanceError#TAG_DECLARED}
   */
  public void remove(Transaction tx, Resource on, String key) {
    Tag tag =
        find(tx, on, key)
            .orElseThrow(() ->
                new NotFound(
                    GovernanceError.TAG_NOT_FOUND,
                    "There is no tag '%s' on %s itself.".formatted(key, on),
                    "Name the resource that has the tag, not one that lies in it."));
    requireNotDeclared(tag);
    delete(tx, tag);
  }

  private static void requireNotDeclared(Tag tag) {
    if (tag.source().equals(Grant.GIT)) {
      throw new Conflict(
          GovernanceError.TAG_DECLARED,
          "The tag '%s' of %s comes from the lake project.".formatted(tag.key(), tag.on()),
          "Change it there, in access/ or where %s is declared, then: hosu apply"
              .formatted(tag.on()));
    }
  }

  /** Makes {@code tags} all that the lake project declares, and tells what that changed. */
  public List<Change<Tag>> replaceGit(Transaction tx, Collection<Tag> tags) {
    Map<List<Object>, Tag> gone = new LinkedHashMap<>();
    list(tx).stream()
        .filter(tag -> tag.source().equals(Grant.GIT))
        .forEach(tag -> gone.put(List.of(tag.on(), tag.key()), tag));
    List<Change<Tag>> changes = new ArrayList<>();
    for (Tag tag : tags) {
      Tag before = gone.remove(List.of(tag.on(), tag.key()));
      if (before == null) {
        keep(tx, tag);
        changes.add(new Change.Added<>(tag));
      } else if (!before.equals(tag)) {
        keep(tx, tag);
        changes.add(new Change.Replaced<>(before, tag));
      }
    }
    for (Tag tag : gone.values()) {
      delete(tx, tag);
      changes.add(new Change.Removed<>(tag));
    }
    return changes;
  }

  /** All tags, by resource and key. */
  public List<Tag> list(Transaction tx) {
    return tx.list(
        "SELECT resource, tag, value, source FROM tags ORDER BY resource, tag", Tags::tag);
  }

  /** All tags, by resource and key. */
  public List<Tag> list() {
    return database.read(this::list);
  }

  /** Makes these all the tables that are in datasets, by table. */
  public void replaceDatasets(Transaction tx, Map<TableName, String> datasets) {
    Map<TableName, String> before = PolicyReader.datasets(tx);
    if (before.equals(datasets)) {
      return;
    }
    tx.update("DELETE FROM dataset_tables");
    tx.updateAll(
        "INSERT INTO dataset_tables (table_name, dataset) VALUES (?, ?)",
        datasets.entrySet().stream()
            .map(entry -> List.<Object>of(entry.getKey().toString(), entry.getValue()))
            .toList());
    PolicyVersion.advance(tx, PolicyVersion.Kind.DATASET, "");
  }

  /** Which tables are in which dataset of their domain. */
  public Map<TableName, String> datasets(Transaction tx) {
    return PolicyReader.datasets(tx);
  }

  /** The tags on {@code resource} itself. */
  static SortedMap<String, String> of(Transaction tx, Resource resource) {
    SortedMap<String, String> found = new TreeMap<>();
    tx.list(
            "SELECT resource, tag, value, source FROM tags WHERE resource = ?",
            Tags::tag,
            resource.toString())
        .forEach(tag -> found.put(tag.key(), tag.value()));
    return found;
  }

  /** With which version of the policy tags of columns of {@code table} came, by column and key. */
  static Map<String, Map<String, Long>> given(Transaction tx, TableName table) {
    Map<String, Map<String, Long>> all = new HashMap<>();
    String prefix = table + ".";
    tx.list(
            "SELECT resource, tag, given FROM tags WHERE resource >= ? AND resource < ?",
            row -> new Given(row.text("resource"), row.text("tag"), row.number("given")),
            prefix,
            table + "/")
        .forEach(tag ->
            all.computeIfAbsent(tag.on.substring(prefix.length()), _ -> new HashMap<>())
                .put(tag.key, tag.version));
    return all;
  }

  private record Given(String on, String key, long version) {}

  /** All that is tagged, with the tags on it itself. */
  static Map<Resource, SortedMap<String, String>> all(Transaction tx) {
    Map<Resource, SortedMap<String, String>> all = new HashMap<>();
    tx.list("SELECT resource, tag, value, source FROM tags", Tags::tag)
        .forEach(
            tag -> all.computeIfAbsent(tag.on(), _ -> new TreeMap<>()).put(tag.key(), tag.value()));
    return all;
  }

  private static Optional<Tag> find(Transaction tx, Resource on, String key) {
    return tx.find(
        "SELECT resource, tag, value, source FROM tags WHERE resource = ? AND tag = ?",
        Tags::tag,
        on.toString(),
        key);
  }

  private static void keep(Transaction tx, Tag tag) {
    PolicyVersion.advance(tx, PolicyVersion.Kind.TAG, tag.on().toString());
    tx.update(
        """
        INSERT INTO tags (resource, tag, value, source, given) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (resource, tag) DO UPDATE SET
          value = excluded.value, source = excluded.source, given = excluded.given
        """,
        tag.on().toString(),
        tag.key(),
        tag.value(),
        tag.source(),
        PolicyVersion.current(tx));
  }

  private static void delete(Transaction tx, Tag tag) {
    tx.update("DELETE FROM tags WHERE resource = ? AND tag = ?", tag.on().toString(), tag.key());
    PolicyVersion.advance(tx, PolicyVersion.Kind.TAG, tag.on().toString());
  }

  private static Tag tag(Row row) {
    return new Tag(
        Resource.parse(row.text("resource")),
        row.text("tag"),
        row.text("value"),
        row.text("source"));
  }
}
