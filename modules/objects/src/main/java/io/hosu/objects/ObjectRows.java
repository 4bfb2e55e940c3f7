package io.hosu.objects;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The versions of objects as rows of the state database. */
final class ObjectRows {
  static final String SELECT =
      "SELECT bucket, key, version, kind, blob, size, etag, sha256, checksum, headers, metadata,"
          + " created_at, principal, in_place FROM objects ";
  private static final String OBJECT = "object";
  private static final String TABLE_FILE = "table_file";
  private static final String DELETE_MARKER = "delete_marker";

  private ObjectRows() {}

  static Optional<ObjectVersion> findCurrent(Transaction tx, ObjectName name) {
    return tx.find(
        SELECT + "WHERE bucket = ? AND key = ? AND is_current = 1",
        ObjectRows::version,
        name.bucket(),
        name.key());
  }

  /** A version, current or not; a delete marker is none. */
  static Optional<ObjectVersion> findVersion(Transaction tx, ObjectName name, String version) {
    return tx.find(
        SELECT + "WHERE bucket = ? AND key = ? AND version = ? AND kind <> ?",
        ObjectRows::version,
        name.bucket(),
        name.key(),
        version,
        DELETE_MARKER);
  }

  /** The newest version of a key, where that was a file of a table and is kept for its readers. */
  static Optional<ObjectVersion> findEndedFile(Transaction tx, ObjectName name) {
    return tx.find(
            SELECT
                + "WHERE bucket = ? AND key = ? ORDER BY superseded_at DESC, version DESC LIMIT 1",
            row ->
                row.text("kind").equals(TABLE_FILE)
                    ? Optional.of(version(row))
                    : Optional.<ObjectVersion>empty(),
            name.bucket(),
            name.key())
        .flatMap(newest -> newest);
  }

  /** Ends the current version of a key, if there is one. */
  static void supersede(Transaction tx, ObjectName name, Instant now) {
    tx.update(
        "UPDATE objects SET is_current = 0, superseded_at = ?"
            + " WHERE bucket = ? AND key = ? AND is_current = 1",
        now,
        name.bucket(),
        name.key());
  }

  /** Adds a version as the current one; the one before must have been superseded. */
  static void insert(Transaction tx, ObjectVersion version) {
    Content content = version.content();
    tx.update(
        "INSERT INTO objects (bucket, key, version, kind, blob, size, etag, sha256, checksum,"
            + " headers, metadata, created_at, principal, is_current)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        version.name().bucket(),
        version.name().key(),
        version.version(),
        version.tableFile() ? TABLE_FILE : OBJECT,
        content.blob(),
        content.size(),
        content.etag(),
        content.sha256(),
        content.checksum().map(StoredChecksum::toString).orElse(null),
        Json.print(new TreeMap<>(version.attributes().headers())),
        Json.print(new TreeMap<>(version.attributes().metadata())),
        version.createdAt(),
        version.principal());
  }

  /** Adds the mark that an object was deleted: a version that is never current. */
  static void insertMarker(
      Transaction tx, ObjectName name, String version, Instant now, String by) {
    tx.update(
        "INSERT INTO objects (bucket, key, version, kind, size, etag, headers, metadata,"
            + " created_at, principal, is_current, superseded_at)"
            + " VALUES (?, ?, ?, ?, 0, '', '{}', '{}', ?, ?, 0, ?)",
        name.bucket(),
        name.key(),
        version,
        DELETE_MARKER,
        now,
        by,
        now);
  }

  static ObjectVersion version(Row row) {
    return new ObjectVersion(
        new ObjectName(row.text("bucket"), row.text("key")),
        row.text("version"),
        content(row),
        attributes(row),
        row.instant("created_at"),
        row.text("principal"),
        row.text("kind").equals(TABLE_FILE),
        row.optionalText("in_place").orElse(""));
  }

  static Attributes attributes(Row row) {
    return new Attributes(texts(row.text("headers")), texts(row.text("metadata")));
  }

  private static Content content(Row row) {
    return new Content(
        row.text("blob"),
        row.number("size"),
        row.text("etag"),
        row.optionalText("sha256").orElse(""),
        row.optionalText("checksum").map(StoredChecksum::parse));
  }

  private static Map<String, String> texts(String json) {
    if (json.equals("{}")) {
      return Map.of();
    }
    Map<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : Json.parse(json).properties()) {
      texts.put(field.getKey(), field.getValue().asText());
    }
    return texts;
  }
}
