package io.hosu.objects.backend;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes into a file under staging, which becomes the blob. */
final class FileBlobWriter implements BlobWriter {
  private final FileBlobStore store;
  private final Path file;
  private final OutputStream stream;
  private boolean finished;

  FileBlobWriter(FileBlobStore store, Path file) throws IOException {
    this.store = store;
    this.file = file;
    this.stream = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
  }

  @Override
  public OutputStream stream() {
    return stream;
  }

  @Override
  public String finish() throws IOException {
    stream.close();
    String id = store.adopt(file);
    finished = true;
    return id;
  }

  @Override
  public void close() {
    if (finished) {
      return;
    }
    try {
      stream.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
