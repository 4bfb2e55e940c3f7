package io.hosu.objects;

import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.Uploads.ChecksumPlan;
import io.hosu.objects.Uploads.Part;
import io.hosu.objects.Uploads.Upload;
import io.hosu.store.Row;
import io.hosu.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Uploads and their parts as rows of the state database. */
final class UploadRows {
  private static final String SELECT =
      "SELECT id, bucket, key, headers, metadata, checksum_algorithm, checksum_form, created_at,"
          + " principal, version FROM uploads ";

  private UploadRows() {}

  static void insert(Transaction tx, Upload upload) {
    tx.update(
        "INSERT INTO uploads (id, bucket, key, headers, metadata, checksum_algorithm,"
            + " checksum_form, created_at, principal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        upload.id(),
        upload.name().bucket(),
        upload.name().key(),
        Json.print(new TreeMap<>(upload.attributes().headers())),
        Json.print(new TreeMap<>(upload.attributes().metadata())),
        upload.checksum().map(plan -> plan.algorithm().name()).orElse(null),
        upload.checksum().map(plan -> plan.form().name()).orElse(null),
        upload.createdAt(),
        upload.principal());
  }

  /** The upload, under way or complete. */
  static Optional<Upload> find(Transaction tx, ObjectName name, String id) {
    return tx.find(
        SELECT + "WHERE id = ? AND bucket = ? AND key = ?",
        UploadRows::upload,
        id,
        name.bucket(),
        name.key());
  }

  /** The upload, which must be under way. */
  static Upload require(Transaction tx, ObjectName name, String id) {
    return find(tx, name, id)
        .filter(upload -> upload.version().isEmpty())
        .orElseThrow(() -> notFound(name, id));
  }

  static void replacePart(Transaction tx, String id, Part part) {
    Content content = part.content();
    tx.update("DELETE FROM upload_parts WHERE upload = ? AND part = ?", id, part.number());
    tx.update(
        "INSERT INTO upload_parts (upload, part, blob, size, etag, sha256, checksum, created_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        part.number(),
        content.blob(),
        content.size(),
        content.etag(),
        content.sha256(),
        content.checksum().map(StoredChecksum::toString).orElse(null),
        part.createdAt());
  }

  static List<Part> parts(Transaction tx, String id, int after, int limit) {
    return tx.list(
        "SELECT part, blob, size, etag, sha256, checksum, created_at FROM upload_parts"
            + " WHERE upload = ? AND part > ? ORDER BY part LIMIT ?",
        UploadRows::part,
        id,
        after,
        limit);
  }

  /** Refuses to go on unless the upload is under way with exactly these parts among its own. */
  static void requireParts(Transaction tx, ObjectName name, String id, List<Part> chosen) {
    require(tx, name, id);
    if (!parts(tx, id, 0, Uploads.PART_LIMIT).containsAll(chosen)) {
      throw new Conflict(
          ObjectsError.UPLOAD_PART_INVALID,
          "A part of the upload of %s was replaced while it was completed.".formatted(name),
          "Complete the upload again.");
    }
  }

  /** Remembers what the upload became; its parts are no longer needed. */
  static void complete(Transaction tx, String id, String version) {
    tx.update("DELETE FROM upload_parts WHERE upload = ?", id);
    tx.update("UPDATE uploads SET version = ? WHERE id = ?", version, id);
  }

  static void delete(Transaction tx, String id) {
    tx.update("DELETE FROM upload_parts WHERE upload = ?", id);
    tx.update("DELETE FROM uploads WHERE id = ?", id);
  }

  static List<Upload> list(
      Transaction tx, String bucket, String prefix, String afterKey, String afterId, int limit) {
    StringBuilder sql = new StringBuilder(SELECT);
    List<Object> args = new ArrayList<>(List.of(bucket, prefix));
    sql.append("WHERE bucket = ? AND version IS NULL AND key >= ?");
    Utf8Order.successor(prefix)
        .ifPresent(end -> {
          sql.append(" AND key < ?");
          args.add(end);
        });
    if (!afterKey.isEmpty()) {
      sql.append(afterId.isEmpty() ? " AND key > ?" : " AND (key > ? OR (key = ? AND id > ?))");
      args.add(afterKey);
      if (!afterId.isEmpty()) {
        args.add(afterKey);
        args.add(afterId);
      }
    }
    sql.append(" ORDER BY key, id LIMIT ?");
    args.add(limit);
    return tx.list(sql.toString(), UploadRows::upload, args.toArray());
  }

  static NotFound notFound(ObjectName name, String id) {
    return new NotFound(
        ObjectsError.UPLOAD_NOT_FOUND,
        "No upload %s of %s is under way.".formatted(id, name),
        "Begin the upload again.");
  }

  private static Upload upload(Row row) {
    return new Upload(
        row.text("id"),
        new ObjectName(row.text("bucket"), row.text("key")),
        ObjectRows.attributes(row),
        row.optionalText("checksum_algorithm")
            .map(algorithm ->
                new ChecksumPlan(
                    ChecksumAlgorithm.valueOf(algorithm),
                    StoredChecksum.Form.valueOf(row.text("checksum_form")))),
        row.instant("created_at"),
        row.text("principal"),
        row.optionalText("version"));
  }

  private static Part part(Row row) {
    return new Part(
        (int) row.number("part"),
        new Content(
            row.text("blob"),
            row.number("size"),
            row.text("etag"),
            row.text("sha256"),
            row.optionalText("checksum").map(StoredChecksum::parse)),
        row.instant("created_at"));
  }
}
