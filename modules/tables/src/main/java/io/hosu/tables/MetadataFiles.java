package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.UUID;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;

/** Tables' metadata by the file it lies in, remembered as files never change. */
final class MetadataFiles {
  private final ObjectFileIO io;
  private final Cache<String, TableMetadata> known =
      Caffeine.newBuilder().maximumSize(1_000).softValues().build();

  MetadataFiles(ObjectFileIO io) {
    this.io = io;
  }

  TableMetadata read(String location) {
    return known.get(location, place -> TableMetadataParser.read(io, place));
  }

  /** Writes {@code metadata} as the successor of the file at {@code before}; returns it as read. */
  TableMetadata write(StagedTableOperations operations, String before) {
    TableMetadata metadata = operations.current();
    String name = "%05d-%s.metadata.json".formatted(version(before) + 1, UUID.randomUUID());
    String location = operations.metadataFileLocation(name);
    TableMetadataParser.write(metadata, operations.io().newOutputFile(location));
    TableMetadata written =
        TableMetadata.buildFrom(metadata).discardChanges().withMetadataLocation(location).build();
    known.put(location, written);
    return written;
  }

  private static int version(String location) {
    String file = location.substring(location.lastIndexOf('/') + 1);
    int dash = file.indexOf('-');
    String number = dash < 0 ? "" : file.substring(0, dash);
    return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : -1;
  }
}
