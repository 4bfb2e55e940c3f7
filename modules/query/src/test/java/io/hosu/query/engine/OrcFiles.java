package io.hosu.query.engine;

import io.airlift.slice.DynamicSliceOutput;
import io.trino.orc.OrcDataSink;
import io.trino.orc.OrcWriteValidation.OrcWriteValidationMode;
import io.trino.orc.OrcWriter;
import io.trino.orc.OrcWriterOptions;
import io.trino.orc.OrcWriterStats;
import io.trino.orc.metadata.CompressionKind;
import io.trino.orc.metadata.OrcType;
import io.trino.orc.stream.OrcDataOutput;
import io.trino.spi.PageBuilder;
import io.trino.spi.type.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Files of ORC, as Trino writes them. */
final class OrcFiles {
  private OrcFiles() {}

  /** Makes the rows. */
  @FunctionalInterface
  interface Rows {
    /** Adds row {@code number} to a page, whose position is declared. */
    void add(PageBuilder page, int number);
  }

  /** A file of {@code count} rows, the columns of which are given by name. */
  static byte[] of(CompressionKind packing, Map<String, Type> columns, int count, Rows rows)
      throws IOException {
    List<String> names = new ArrayList<>(columns.keySet());
    List<Type> types = new ArrayList<>(columns.values());
    Sink sink = new Sink();
    try (OrcWriter writer =
        new OrcWriter(
            sink,
            names,
            types,
            OrcType.createRootOrcType(names, types),
            packing,
            new OrcWriterOptions(),
            Map.of(),
            false,
            OrcWriteValidationMode.BOTH,
            new OrcWriterStats())) {
      PageBuilder page = new PageBuilder(types);
      for (int number = 0; number < count; number++) {
        page.declarePosition();
        rows.add(page, number);
        if (page.isFull() || number == count - 1) {
          writer.write(page.build());
          page.reset();
        }
      }
    }
    return sink.bytes.toByteArray();
  }

  private static final class Sink implements OrcDataSink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public long getRetainedSizeInBytes() {
      return bytes.size();
    }

    @Override
    public void write(List<OrcDataOutput> parts) {
      DynamicSliceOutput out = new DynamicSliceOutput(1024);
      parts.forEach(part -> part.writeData(out));
      bytes.writeBytes(out.slice().getBytes());
    }

    @Override
    public void close() {}
  }
}
