package io.hosu.tables;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.iceberg.io.OutputFile;

/**
 * Copies manifests and lists of manifests record by record, so that whatever is not changed on the
 * way stays as who wrote them had it: numbers of commits and rows, what came and what went, and
 * what no version of the specification known here has. Belongs to one thread.
 */
final class RenamedManifests {
  private static final String OF_AVRO = "avro.";

  private final ObjectFileIO io;

  /** Copies from and to where {@code io} reads and writes. */
  RenamedManifests(ObjectFileIO io) {
    this.io = io;
  }

  /** Copies the file {@code from}, with a change to each record; how long the copy is. */
  long copy(String from, String to, Consumer<GenericRecord> change) {
    OutputFile into = io.newOutputFile(to);
    try (InputStream in = io.newInputFile(from).newStream();
        DataFileStream<GenericRecord> reader =
            new DataFileStream<>(in, new GenericDatumReader<>());
        OutputStream out = into.create();
        DataFileWriter<GenericRecord> writer = like(reader)) {
      writer.create(reader.getSchema(), out);
      for (GenericRecord entry : reader) {
        change.accept(entry);
        writer.append(entry);
      }
    } catch (IOException e) {
      throw Planner.unreadable(from, e);
    } catch (AvroRuntimeException e) {
      throw Planner.unreadable(from, new IOException(e));
    }
    return into.toInputFile().getLength();
  }

  private static DataFileWriter<GenericRecord> like(DataFileStream<GenericRecord> reader) {
    DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(reader.getSchema()));
    String codec = reader.getMetaString(DataFileConstants.CODEC);
    if (codec != null) {
      writer.setCodec(CodecFactory.fromString(codec));
    }
    reader.getMetaKeys().stream()
        .filter(key -> !key.startsWith(OF_AVRO))
        .forEach(key -> writer.setMeta(key, reader.getMeta(key)));
    return writer;
  }
}
