package io.hosu.query.worker;

import io.airlift.slice.Slice;
import io.airlift.slice.Slices;
import io.airlift.units.DataSize;
import io.trino.memory.context.AggregatedMemoryContext;
import io.trino.orc.AbstractOrcDataSource;
import io.trino.orc.OrcColumn;
import io.trino.orc.OrcDataSourceId;
import io.trino.orc.OrcPredicate;
import io.trino.orc.OrcReader;
import io.trino.orc.OrcReaderOptions;
import io.trino.orc.OrcRecordReader;
import io.trino.orc.metadata.OrcType.OrcTypeKind;
import io.trino.spi.Page;
import io.trino.spi.connector.SourcePage;
import io.trino.spi.type.Type;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.joda.time.DateTimeZone;
import org.jspecify.annotations.Nullable;

/**
 * An ORC file, of which a stripe is never in memory as a whole: its streams are read piece by
 * piece, and pages of its rows are small.
 */
final class OrcFile implements AutoCloseable {
  private static final DataSize PIECE = DataSize.of(1, DataSize.Unit.MEGABYTE);
  private static final OrcReaderOptions OPTIONS =
      new OrcReaderOptions()
          .withMaxBufferSize(PIECE)
          .withStreamBufferSize(PIECE)
          .withMaxMergeDistance(PIECE)
          .withTinyStripeThreshold(PIECE)
          .withMaxReadBlockSize(DataSize.of(4, DataSize.Unit.MEGABYTE));

  /** What its reader may hold, beside what is done with its rows. */
  private static final long MOST_HELD = Runtime.getRuntime().maxMemory() / 2;

  private static final int FIRST_ROWS = 64;
  private static final byte[] MARK = {'O', 'R', 'C'};

  private final OrcRecordReader rows;
  private final AggregatedMemoryContext held;
  private final List<OrcColumn> columns;
  private final List<Type> types;

  private OrcFile(OrcReader file, AggregatedMemoryContext held) throws IOException {
    this.held = held;
    this.columns = file.getRootColumn().getNestedColumns();
    this.types = new ArrayList<>();
    for (OrcColumn column : columns) {
      types.add(OrcValues.type(column));
    }
    this.rows =
        file.createRecordReader(
            columns,
            types,
            false,
            OrcPredicate.TRUE,
            DateTimeZone.UTC,
            held,
            FIRST_ROWS,
            IllegalStateException::new);
  }

  /**
   * Opens a file.
   *
   * @throws Unreadable when it holds no rows, or columns that are not read
   */
  static OrcFile open(Path path) throws IOException {
    Bytes bytes = new Bytes(FileChannel.open(path));
    try {
      requireMark(bytes);
      OrcReader file =
          OrcReader.createOrcReader(bytes, OPTIONS)
              .orElseThrow(() -> new Unreadable("it has no bytes"));
      if (file.getRootColumn().getColumnType().getOrcTypeKind() != OrcTypeKind.STRUCT) {
        throw new Unreadable("it holds values of ORC that are no rows");
      }
      return new OrcFile(file, AggregatedMemoryContext.newSimpleAggregatedMemoryContext());
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }

  private static void requireMark(Bytes bytes) throws IOException {
    int length = (int) Math.min(MARK.length, bytes.getEstimatedSize());
    if (!Arrays.equals(bytes.readFully(0, length).getBytes(), MARK)) {
      throw new Unreadable(
          "it does not begin as ORC does: put it without .gz or .zst, if it is packed so");
    }
  }

  List<OrcColumn> columns() {
    return columns;
  }

  List<Type> types() {
    return types;
  }

  /** The next rows; null at the end. */
  @Nullable Page next() throws IOException {
    SourcePage page = rows.nextPage();
    Page whole = page == null ? null : page.getPage();
    if (held.getBytes() > MOST_HELD) {
      throw new Unreadable("its stripes need more memory than an engine has");
    }
    return whole;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }

  private static final class Bytes extends AbstractOrcDataSource {
    private final FileChannel channel;

    Bytes(FileChannel channel) throws IOException {
      super(new OrcDataSourceId("object"), channel.size(), OPTIONS);
      this.channel = channel;
    }

    @Override
    protected Slice readTailInternal(int length) throws IOException {
      byte[] tail = new byte[(int) Math.min(length, getEstimatedSize())];
      readInternal(getEstimatedSize() - tail.length, tail, 0, tail.length);
      return Slices.wrappedBuffer(tail);
    }

    @Override
    protected void readInternal(long position, byte[] into, int from, int length)
        throws IOException {
      ByteBuffer wanted = ByteBuffer.wrap(into, from, length);
      while (wanted.hasRemaining()) {
        if (channel.read(wanted, position + wanted.position() - from) < 0) {
          throw new EOFException("it ends before what it says it has");
        }
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
