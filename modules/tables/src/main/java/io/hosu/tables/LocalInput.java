package io.hosu.tables;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/** A file of a table as Iceberg reads it: known by its location, lying at a local path. */
record LocalInput(String location, Path path) implements InputFile {
  @Override
  public long getLength() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new NotFoundException(e, "No file %s", location);
    }
  }

  @Override
  public SeekableInputStream newStream() {
    try {
      return new Stream(FileChannel.open(path));
    } catch (IOException e) {
      throw new NotFoundException(e, "No file %s", location);
    }
  }

  @Override
  public boolean exists() {
    return Files.exists(path);
  }

  private static final class Stream extends SeekableInputStream implements RangeReadable {
    private final FileChannel channel;

    Stream(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public long getPos() throws IOException {
      return channel.position();
    }

    @Override
    public void seek(long position) throws IOException {
      channel.position(position);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return channel.read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void readFully(long position, byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
      long at = position;
      while (buffer.hasRemaining()) {
        int count = channel.read(buffer, at);
        if (count < 0) {
          throw new EOFException("The file ends at " + at);
        }
        at += count;
      }
    }

    @Override
    public int readTail(byte[] bytes, int offset, int length) throws IOException {
      int count = (int) Math.min(length, channel.size());
      readFully(channel.size() - count, bytes, offset, count);
      return count;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new RuntimeIOException(e);
      }
    }
  }
}
