package io.hosu.tables;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The files of clients that make up data files which do not exist, as Iceberg's compatibility kit
 * does: each that a manifest names is written below the table as a file of so many rows, and is
 * named by its real place and size there, and by its made-up ones where the manifest is read.
 */
public final class KitFileIO extends DoorFileIO {
  private static final String FOLDER = "/data/kit/";
  private static final long EMPTY_FILES_SAID = 10;
  private static final long EMPTY_FILES_ROWS = 2;

  @Override
  byte[] put(String location, byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return empty(EMPTY_FILES_ROWS);
    }
    return isManifest(location) ? rewritten(bytes, new Real(location)) : bytes;
  }

  @Override
  byte[] read(String location, byte[] bytes) throws IOException {
    return isManifest(location) ? rewritten(bytes, KitFileIO::madeUp) : bytes;
  }

  private static boolean isManifest(String location) {
    return location.endsWith(".avro");
  }

  private interface Naming {
    void name(GenericRecord file) throws IOException;
  }

  /** The size that the kit made up stands before the path that it made up. */
  private static void madeUp(GenericRecord file) {
    String path = file.get("file_path").toString();
    int folder = path.indexOf(FOLDER);
    if (folder >= 0) {
      String own = path.substring(folder + FOLDER.length());
      int slash = own.indexOf('/');
      file.put("file_path", own.substring(slash + 1));
      file.put("file_size_in_bytes", Long.parseLong(own.substring(0, slash)));
    }
  }

  /** A file without columns of so many rows. */
  private static byte[] empty(long rows) throws IOException {
    ByteArrayOutputStream footer = new ByteArrayOutputStream();
    List<SchemaElement> root = List.of(new SchemaElement("root").setNum_children(0));
    Util.writeFileMetaData(new FileMetaData(1, root, rows, List.of()), footer);
    ByteBuffer file = ByteBuffer.allocate(footer.size() + 12).order(ByteOrder.LITTLE_ENDIAN);
    file.put("PAR1".getBytes(US_ASCII)).put(footer.toByteArray()).putInt(footer.size());
    return file.put("PAR1".getBytes(US_ASCII)).array();
  }

  private final class Real implements Naming {
    private final String table;

    Real(String manifest) {
      this.table = manifest.substring(0, manifest.lastIndexOf("/metadata/"));
    }

    @Override
    public void name(GenericRecord file) throws IOException {
      String path = file.get("file_path").toString();
      if (path.startsWith("s3:")) {
        if (file.get("file_size_in_bytes").equals(EMPTY_FILES_SAID)) {
          file.put("file_size_in_bytes", (long) empty(EMPTY_FILES_ROWS).length);
        }
        return;
      }
      byte[] bytes = empty((Long) file.get("record_count"));
      String real = table + FOLDER + file.get("file_size_in_bytes") + "/" + path;
      file.put("file_path", real);
      file.put("file_size_in_bytes", (long) bytes.length);
      URI at = URI.create(real);
      try {
        s3().putObject(
                r -> r.bucket(at.getHost()).key(at.getPath().substring(1)),
                RequestBody.fromBytes(bytes));
      } catch (S3Exception e) {
        if (e.statusCode() >= 500) {
          throw e;
        } // else it is a file of the table already
      }
    }
  }

  private static byte[] rewritten(byte[] avro, Naming naming) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (var reader =
            new DataFileReader<GenericRecord>(
                new SeekableByteArrayInput(avro), new GenericDatumReader<>());
        var writer =
            new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(reader.getSchema()))) {
      if (reader.getSchema().getField("data_file") == null) {
        return avro;
      }
      List<String> own =
          reader.getMetaKeys().stream().filter(key -> !key.startsWith("avro.")).toList();
      own.forEach(key -> writer.setMeta(key, reader.getMeta(key)));
      writer.create(reader.getSchema(), out);
      for (GenericRecord entry : reader) {
        GenericRecord file = (GenericRecord) entry.get("data_file");
        naming.name(file);
        writer.append(entry);
      }
    }
    return out.toByteArray();
  }
}
