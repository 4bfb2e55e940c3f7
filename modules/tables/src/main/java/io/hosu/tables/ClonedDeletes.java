package io.hosu.tables;

import io.hosu.kernel.Ids;
import io.hosu.objects.backend.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Files that delete rows by their places hold the names of the data files in their rows: for files
 * with other names they are written anew, each once. Belongs to one thread.
 */
final class ClonedDeletes {
  private static final WriteShape SHAPE =
      new WriteShape(
          List.of(
              column(MetadataColumns.DELETE_FILE_PATH, "VARCHAR"),
              column(MetadataColumns.DELETE_FILE_POS, "BIGINT")),
          "{file_path: %d, pos: %d}"
              .formatted(
                  MetadataColumns.DELETE_FILE_PATH.fieldId(),
                  MetadataColumns.DELETE_FILE_POS.fieldId()),
          List.of(),
          List.of("file_path", "pos"));

  private final Clones.Parts parts;
  private final StagedFiles staged;
  private final Map<String, Optional<Written>> done = new HashMap<>();

  /** What is written becomes one of {@code staged}. */
  ClonedDeletes(Clones.Parts parts, StagedFiles staged) {
    this.parts = parts;
    this.staged = staged;
  }

  private static WriteShape.Column column(NestedField field, String type) {
    return new WriteShape.Column(field.name(), field.name(), type);
  }

  /**
   * A file that was written.
   *
   * @param least the first of the names in it
   * @param most the last of them
   */
  record Written(String location, long bytes, String least, String most) {}

  /**
   * The file {@code location} as {@code to}, with the data files by other names; empty when it
   * names none, and so can stay as it is.
   */
  Optional<Written> write(String location, UnaryOperator<String> names, String to) {
    return done.computeIfAbsent(location, _ -> written(location, names, to));
  }

  private Optional<Written> written(String location, UnaryOperator<String> names, String to) {
    Path file = Planner.require(parts.paths().findAll(List.of(location)), location);
    String read =
        "read_parquet(%s, hive_partitioning = false)".formatted(Sql.text(file.toString()));
    Map<String, String> renamed = new HashMap<>();
    parts
        .engine()
        .texts(file, "SELECT DISTINCT file_path FROM " + read)
        .forEach(name -> renamed.put(name, names.apply(name)));
    if (renamed.isEmpty()) {
      return Optional.empty();
    }
    Path directory = directory(parts.files().blobs(), parts.ids());
    try {
      Path made = parts.engine().write(file, select(read, renamed), SHAPE, directory);
      long bytes = Files.size(made);
      staged.take(to, made);
      List<String> sorted = renamed.values().stream().sorted().toList();
      return Optional.of(new Written(to, bytes, sorted.getFirst(), sorted.getLast()));
    } catch (IOException e) {
      throw StagedFiles.unavailable(e);
    } finally {
      remove(directory);
    }
  }

  private static String select(String read, Map<String, String> renamed) {
    String names =
        renamed.entrySet().stream()
            .map(name -> "(%s, %s)".formatted(Sql.text(name.getKey()), Sql.text(name.getValue())))
            .collect(Collectors.joining(", "));
    return "SELECT n.own AS file_path, d.pos AS pos FROM %s d JOIN (VALUES %s) n(was, own) ON d.file_path = n.was"
        .formatted(read, names);
  }

  private static Path directory(BlobStore blobs, Ids ids) {
    try {
      return Files.createDirectories(blobs.staging().resolve("clone-" + ids.next()));
    } catch (IOException e) {
      throw StagedFiles.unavailable(e);
    }
  }

  private static void remove(Path directory) {
    try (var left = Files.list(directory)) {
      for (Path file : left.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
