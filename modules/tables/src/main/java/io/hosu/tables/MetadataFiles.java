package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.exceptions.RuntimeIOException;

/** Tables' metadata by the file it lies in, remembered as files never change. */
final class MetadataFiles {
  /** Tables with thousands of snapshots have megabytes of it. */
  private static final long TEXT_BYTES = 32L << 20;

  private final ObjectFileIO io;
  private final Cache<String, TableMetadata> known =
      Caffeine.newBuilder().maximumSize(1_000).softValues().build();

  private final RecentTexts texts = new RecentTexts(TEXT_BYTES);

  MetadataFiles(ObjectFileIO io) {
    this.io = io;
  }

  TableMetadata read(String location) {
    return known.get(location, place -> MetadataText.read(io.newInputFile(place)));
  }

  /** What is in the file at {@code location}, as JSON. */
  byte[] text(String location) {
    return texts.get(location, () -> json(read(location)));
  }

  private static byte[] json(TableMetadata metadata) {
    return TableMetadataParser.toJson(metadata).getBytes(StandardCharsets.UTF_8);
  }

  /** Writes {@code metadata} as the successor of the file at {@code before}; returns it as read. */
  TableMetadata write(StagedTableOperations operations, String before) {
    TableMetadata metadata = operations.current();
    String name = "%05d-%s.metadata.json".formatted(version(before) + 1, UUID.randomUUID());
    String location = operations.metadataFileLocation(name);
    byte[] text = texts.get(location, () -> json(metadata));
    try (OutputStream out = operations.io().newOutputFile(location).create()) {
      out.write(text);
    } catch (IOException e) {
      throw new RuntimeIOException(e);
    }
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
