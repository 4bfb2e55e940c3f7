package io.hosu.tables;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.hosu.kernel.HosuException.Unavailable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableMetadataParser.Codec;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.exceptions.ValidationException;

/** Tables' metadata by the file it lies in, remembered as files never change. */
final class MetadataFiles {
  /** Tables with thousands of snapshots have megabytes of it. */
  private static final long TEXT_BYTES = 32L << 20;

  /** Each commit writes all of it: from this size on it is compressed, as Iceberg names it. */
  private static final int LARGE = 64 << 10;

  private final ObjectFileIO io;
  private final Cache<String, TableMetadata> known =
      Caffeine.newBuilder().maximumSize(1_000).softValues().build();

  private final RecentTexts texts = new RecentTexts(TEXT_BYTES);

  MetadataFiles(ObjectFileIO io) {
    this.io = io;
  }

  /**
   * The metadata of a table as it is.
   *
   * @throws Unavailable {@link TablesError#FILE_UNREADABLE}
   */
  TableMetadata read(CatalogRows.TableRow row) {
    return read(row.metadataLocation(), "table " + row.name(), row.name().toString());
  }

  /** The same of a file of a table that is not told. */
  TableMetadata read(String location) {
    return read(location, "a table", "DOMAIN.LAYER.TABLE");
  }

  private TableMetadata read(String location, String of, String name) {
    try {
      return known.get(location, place -> MetadataText.read(io.newInputFile(place)));
    } catch (NotFoundException
        | RuntimeIOException
        | IllegalArgumentException
        | IllegalStateException
        | ValidationException e) {
      throw new Unavailable(
          TablesError.FILE_UNREADABLE,
          "The file %s with the metadata of %s is damaged or gone: nobody can use the table."
              .formatted(location, of),
          "Put the file back from a back-up of the data directory, or give the table up with: hosu"
              + " tables drop "
              + name,
          e);
    }
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
    byte[] text = json(metadata);
    Codec codec = text.length < LARGE ? Codec.NONE : Codec.GZIP;
    String name =
        "%05d-%s%s"
            .formatted(
                version(before) + 1,
                UUID.randomUUID(),
                TableMetadataParser.getFileExtension(codec));
    String location = operations.metadataFileLocation(name);
    try (OutputStream file = operations.io().newOutputFile(location).create();
        OutputStream out = codec == Codec.GZIP ? new QuickGzip(file) : file) {
      out.write(texts.get(location, () -> text));
    } catch (IOException e) {
      throw new RuntimeIOException(e);
    }
    TableMetadata written =
        TableMetadata.buildFrom(metadata).discardChanges().withMetadataLocation(location).build();
    known.put(location, written);
    return written;
  }

  /** Says what repeats itself once: of thousands of snapshots a tenth is left. */
  private static final class QuickGzip extends GZIPOutputStream {
    QuickGzip(OutputStream out) throws IOException {
      super(out, 1 << 16);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  private static int version(String location) {
    String file = location.substring(location.lastIndexOf('/') + 1);
    int dash = file.indexOf('-');
    String number = dash < 0 ? "" : file.substring(0, dash);
    return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : -1;
  }
}
