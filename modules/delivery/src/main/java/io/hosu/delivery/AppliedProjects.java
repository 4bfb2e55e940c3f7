package io.hosu.delivery;

import io.hosu.kernel.Json;
import io.hosu.store.Database;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The lake projects that were applied; the newest hundred are kept. */
final class AppliedProjects {
  private static final int KEPT = 100;
  private static final String NEWEST =
      "SELECT id, lake, hash, principal, applied_at, changes FROM applied_projects"
          + " ORDER BY id DESC LIMIT 1";

  private final Database database;

  AppliedProjects(Database database) {
    this.database = database;
  }

  Optional<AppliedProject> newest() {
    return database.read(AppliedProjects::newest);
  }

  static Optional<AppliedProject> newest(Transaction tx) {
    return tx.find(NEWEST, AppliedProjects::applied);
  }

  /** The files of one project. */
  SortedMap<String, String> files(String id) {
    SortedMap<String, String> files = new TreeMap<>();
    database
        .read(tx ->
            tx.find(
                "SELECT files FROM applied_projects WHERE id = ?",
                row -> Json.parse(row.text("files")),
                id))
        .ifPresent(
            json -> json.properties().forEach(f -> files.put(f.getKey(), f.getValue().asText())));
    return files;
  }

  static void record(Transaction tx, AppliedProject applied, ProjectFiles files) {
    tx.update(
        """
        INSERT INTO applied_projects (id, lake, hash, principal, applied_at, changes, files)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        applied.id(),
        applied.lake(),
        applied.hash(),
        applied.principal(),
        applied.appliedAt(),
        applied.changes(),
        Json.print(files.all()));
    tx.update(
        """
        DELETE FROM applied_projects WHERE id NOT IN (
          SELECT id FROM applied_projects ORDER BY id DESC LIMIT ?)
        """,
        KEPT);
  }

  private static AppliedProject applied(Row row) {
    return new AppliedProject(
        row.text("id"),
        row.text("lake"),
        row.text("hash"),
        row.text("principal"),
        row.instant("applied_at"),
        (int) row.number("changes"));
  }
}
