package io.hosu.tables;

import io.hosu.tables.RowDeletes.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.util.StructLikeWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Which deletes of a snapshot apply to which of its data files, as the Iceberg specification says
 * under scan planning. Belongs to one thread.
 */
final class DeleteIndex {
  private final Map<Integer, PartitionSpec> specs;
  private final Map<String, Part> vectors = new HashMap<>();
  private final Map<String, List<Part>> byFile = new HashMap<>();
  private final Map<Partition, List<Part>> positions = new HashMap<>();
  private final Map<Partition, List<Part>> equality = new HashMap<>();
  private final List<Part> everywhere = new ArrayList<>();
  private final Map<Partition, Integer> scopes = new HashMap<>();

  /** The partition of a spec. */
  private record Partition(int spec, StructLikeWrapper values) {}

  DeleteIndex(Map<Integer, PartitionSpec> specs, List<Part> parts) {
    this.specs = specs;
    parts.stream()
        .sorted(Comparator.comparing((Part part) -> part.file().location()))
        .forEach(this::add);
  }

  private void add(Part part) {
    DeleteFile file = part.file();
    if (part.isVector()) {
      vectors.put(Objects.requireNonNull(file.referencedDataFile()), part);
    } else if (file.content() == FileContent.POSITION_DELETES) {
      Optional<String> only = onlyFile(file);
      if (only.isPresent()) {
        byFile.computeIfAbsent(only.get(), _ -> new ArrayList<>()).add(part);
      } else {
        positions.computeIfAbsent(partition(file), _ -> new ArrayList<>()).add(part);
      }
    } else if (spec(file).isUnpartitioned()) {
      everywhere.add(part);
    } else {
      Partition partition = partition(file);
      int scope = scopes.computeIfAbsent(partition, _ -> scopes.size() + 1);
      equality
          .computeIfAbsent(partition, _ -> new ArrayList<>())
          .add(new Part(file, part.path(), scope));
    }
  }

  /** What takes rows out of {@code file}. */
  RowDeletes of(DataFile file) {
    long sequence = Objects.requireNonNullElse(file.dataSequenceNumber(), 0L);
    Partition partition = partition(file);
    List<Part> places = new ArrayList<>();
    Part vector = vectors.get(file.location());
    if (vector != null && vector.sequence() >= sequence) {
      places.add(vector); // holds what position deletes of this file say, too
    } else {
      addFrom(sequence, byFile.get(file.location()), places);
      addFrom(sequence, positions.get(partition), places);
    }
    List<Part> values = new ArrayList<>();
    addFrom(sequence + 1, everywhere, values);
    addFrom(sequence + 1, equality.get(partition), values);
    return places.isEmpty() && values.isEmpty() ? RowDeletes.NONE : new RowDeletes(places, values);
  }

  private static void addFrom(long sequence, @Nullable List<Part> parts, List<Part> applying) {
    if (parts != null) {
      parts.stream().filter(part -> part.sequence() >= sequence).forEach(applying::add);
    }
  }

  /** The one data file that a file of positions names: by itself, or by its bounds. */
  private static Optional<String> onlyFile(DeleteFile file) {
    if (file.referencedDataFile() != null) {
      return Optional.of(file.referencedDataFile());
    }
    Map<Integer, ByteBuffer> lower = file.lowerBounds();
    Map<Integer, ByteBuffer> upper = file.upperBounds();
    int id = MetadataColumns.DELETE_FILE_PATH.fieldId();
    ByteBuffer least = lower == null ? null : lower.get(id);
    ByteBuffer most = upper == null ? null : upper.get(id);
    return least != null && least.equals(most)
        ? Optional.of(StandardCharsets.UTF_8.decode(least.duplicate()).toString())
        : Optional.empty();
  }

  private PartitionSpec spec(ContentFile<?> file) {
    return Objects.requireNonNull(specs.get(file.specId()));
  }

  private Partition partition(ContentFile<?> file) {
    return new Partition(
        file.specId(), StructLikeWrapper.forType(spec(file).partitionType()).set(file.partition()));
  }
}
