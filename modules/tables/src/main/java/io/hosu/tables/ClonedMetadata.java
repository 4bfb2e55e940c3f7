package io.hosu.tables;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Ids;
import io.hosu.kernel.Json;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.SharedFiles.Sharing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableProperties;

/**
 * The metadata of a table that is at each of its states what another one is, in the same bytes
 * under names of its own: snapshots with their ids and times, branches, tags, columns, layouts and
 * the numbers of commits and rows are as there. Manifests and lists of them are copied with these
 * names, and files with deletes by position, which hold names in their rows; nothing in the
 * metadata names a file of the other table. Belongs to one thread.
 */
final class ClonedMetadata {
  /** As manifests have it of an entry whose file went with the snapshot. */
  private static final int GONE = 2;

  private final TableMetadata source;
  private final String location;
  private final Ids ids;
  private final RenamedManifests files;
  private final ClonedDeletes deletes;
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> shared = new LinkedHashSet<>();
  private final Map<String, Copied> manifests = new HashMap<>();

  /** A manifest of the clone. */
  private record Copied(String location, long length) {}

  /**
   * A clone to be made.
   *
   * @param location where it is to lie
   * @param io to read the source with, and to write manifests
   * @param deletes writes files with deletes by position
   */
  ClonedMetadata(
      TableMetadata source, String location, ObjectFileIO io, ClonedDeletes deletes, Ids ids) {
    this.source = source;
    this.location = location;
    this.ids = ids;
    this.files = new RenamedManifests(io);
    this.deletes = deletes;
  }

  /** Writes the manifests; the metadata itself has no file yet. */
  TableMetadata write() {
    ObjectNode json = (ObjectNode) Json.parse(TableMetadataParser.toJson(source));
    json.put("table-uuid", UUID.randomUUID().toString());
    json.put("location", location);
    json.putArray("metadata-log");
    for (JsonNode snapshot : json.path("snapshots")) {
      String list = snapshot.required("manifest-list").asText();
      ((ObjectNode) snapshot)
          .put("manifest-list", list(list, snapshot.path("snapshot-id").asLong()));
    }
    for (String statistics : List.of("statistics", "partition-statistics")) {
      for (JsonNode file : json.path(statistics)) {
        ((ObjectNode) file)
            .put("statistics-path", share(file.required("statistics-path").asText()));
      }
    }
    if (json.path("properties") instanceof ObjectNode properties) {
      properties.remove(
          List.of(
              TableProperties.WRITE_DATA_LOCATION,
              TableProperties.WRITE_METADATA_LOCATION,
              "write.object-storage.path",
              "write.folder-storage.path"));
    }
    return TableMetadataParser.fromJson(Json.print(json));
  }

  /** Which files the clone has, of which of the source. */
  List<Sharing> shared() {
    return shared.stream()
        .map(was ->
            new Sharing(
                place(),
                ObjectName.ofLocation(was),
                ObjectName.ofLocation(Objects.requireNonNull(names.get(was)))))
        .toList();
  }

  private ObjectName place() {
    return ObjectName.ofLocation(source.location() + "/");
  }

  private String list(String from, long snapshot) {
    String to = "%s/metadata/snap-%d-%s.avro".formatted(location, snapshot, ids.next());
    files.copy(
        from,
        to,
        listed -> {
          Copied own = manifest(text(listed, "manifest_path"));
          listed.put("manifest_path", own.location());
          listed.put("manifest_length", own.length());
        });
    return to;
  }

  private Copied manifest(String from) {
    Copied known = manifests.get(from);
    if (known != null) {
      return known;
    }
    String to = "%s/metadata/%s-m%d.avro".formatted(location, ids.next(), manifests.size());
    Copied copied = new Copied(to, files.copy(from, to, this::rename));
    manifests.put(from, copied);
    return copied;
  }

  /** An entry of a manifest: a file with data or deletes that is there since, or went. */
  private void rename(GenericRecord entry) {
    GenericRecord file = (GenericRecord) entry.get("data_file");
    String was = text(file, "file_path");
    if (number(entry, "status") == GONE) {
      file.put("file_path", nameOf(was));
    } else {
      Optional<ClonedDeletes.Written> own =
          namesFiles(file) ? deletes.write(was, this::nameOf, nameOf(was)) : Optional.empty();
      own.ifPresentOrElse(
          written -> rewritten(file, written), () -> file.put("file_path", share(was)));
    }
    if (has(file, "referenced_data_file")) {
      file.put("referenced_data_file", nameOf(text(file, "referenced_data_file")));
    }
  }

  private static boolean namesFiles(GenericRecord file) {
    return has(file, "content")
        && number(file, "content") == FileContent.POSITION_DELETES.id()
        && FileFormat.fromString(text(file, "file_format")) != FileFormat.PUFFIN;
  }

  private static void rewritten(GenericRecord file, ClonedDeletes.Written own) {
    file.put("file_path", own.location());
    file.put("file_size_in_bytes", own.bytes());
    for (String of :
        List.of(
            "column_sizes",
            "value_counts",
            "null_value_counts",
            "nan_value_counts",
            "split_offsets")) {
      if (file.getSchema().getField(of) != null) {
        file.put(of, null);
      }
    }
    bound(file, "lower_bounds", own.least());
    bound(file, "upper_bounds", own.most());
  }

  /** Between which names those in the file are: engines skip it for others. */
  private static void bound(GenericRecord file, String bounds, String name) {
    Schema.Field field = file.getSchema().getField(bounds);
    if (field == null) {
      return;
    }
    Schema list = only(field.schema());
    List<GenericRecord> all = new ArrayList<>();
    GenericRecord own = new GenericData.Record(list.getElementType());
    own.put("key", MetadataColumns.DELETE_FILE_PATH.fieldId());
    own.put("value", ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
    all.add(own);
    if (file.get(bounds) instanceof Iterable<?> before) {
      for (Object one : before) {
        if (one instanceof GenericRecord bound
            && number(bound, "key") == MetadataColumns.DELETE_FILE_POS.fieldId()) {
          all.add(bound);
        }
      }
    }
    file.put(bounds, new GenericData.Array<>(list, all));
  }

  /** The type of what may be left out. */
  private static Schema only(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream()
            .filter(type -> type.getType() == Schema.Type.ARRAY)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  private static boolean has(GenericRecord entry, String field) {
    return entry.getSchema().getField(field) != null && entry.get(field) != null;
  }

  private static String text(GenericRecord entry, String field) {
    return Objects.requireNonNull(entry.get(field)).toString();
  }

  private static int number(GenericRecord entry, String field) {
    return ((Number) Objects.requireNonNull(entry.get(field))).intValue();
  }

  private String share(String was) {
    shared.add(was);
    return nameOf(was);
  }

  private String nameOf(String was) {
    int dot = was.lastIndexOf('.');
    String ending = dot > was.lastIndexOf('/') ? was.substring(dot) : "";
    return names.computeIfAbsent(was, _ -> "%s/data/%s%s".formatted(location, ids.next(), ending));
  }
}
