package io.hosu.tables;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The files of clients that make up data files which do not exist, as Iceberg's compatibility kit
 * does: each that a manifest names is written below the table as long as the manifest says, and is
 * named by its real place there, and by its made-up one where the manifest is read.
 */
public final class KitFileIO extends DoorFileIO {
  private static final String FOLDER = "/data/kit/";
  private static final int EMPTY_FILES_GET = 10;

  @Override
  byte[] put(String location, byte[] bytes) throws IOException {
    if (bytes.length == 0) {
      return new byte[EMPTY_FILES_GET];
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
    String name(String path, long size);
  }

  private static String madeUp(String path, long size) {
    int folder = path.indexOf(FOLDER);
    return folder < 0 ? path : path.substring(folder + FOLDER.length());
  }

  private final class Real implements Naming {
    private final String table;

    Real(String manifest) {
      this.table = manifest.substring(0, manifest.lastIndexOf("/metadata/"));
    }

    @Override
    public String name(String path, long size) {
      if (path.startsWith("s3:")) {
        return path;
      }
      String real = table + FOLDER + path;
      URI at = URI.create(real);
      try {
        s3().putObject(
                r -> r.bucket(at.getHost()).key(at.getPath().substring(1)),
                RequestBody.fromBytes(new byte[(int) size]));
      } catch (S3Exception e) {
        if (e.statusCode() >= 500) {
          throw e;
        } // else it is a file of the table already
      }
      return real;
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
        long size = (Long) file.get("file_size_in_bytes");
        file.put("file_path", naming.name(file.get("file_path").toString(), size));
        writer.append(entry);
      }
    }
    return out.toByteArray();
  }
}
