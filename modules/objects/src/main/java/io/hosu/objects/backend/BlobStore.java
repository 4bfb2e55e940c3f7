package io.hosu.objects.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps blobs: runs of bytes that have an id and never change.
 *
 * <p>A blob that has an id is whole and durable: the id comes out of {@link BlobWriter#finish} or
 * {@link #adopt} only after the bytes and the name would survive the loss of power. What no row of
 * the state database names is garbage, and it is the sweeper's to remove. May be used from any
 * thread.
 */
public interface BlobStore {

  /** Begins a new blob, which exists once its writer has finished. */
  BlobWriter create() throws IOException;

  /**
   * The bytes {@code from} (counted from 0) and the {@code length - 1} that follow it, or as many
   * of them as there are. The caller closes the stream; a blob deleted meanwhile is read to its
   * end.
   *
   * @throws NoSuchFileException when there is no such blob
   */
  InputStream open(String id, long from, long length) throws IOException;

  /** Where the blob lies on this machine, whether or not it exists. Nobody may write there. */
  Path path(String id);

  /**
   * Makes a finished file under {@link #staging} a blob, by renaming it, and returns the id. The
   * file is gone from where it was.
   */
  default String adopt(Path file) throws IOException {
    return adoptAll(List.of(file)).getFirst();
  }

  /**
   * Makes many finished files under {@link #staging} blobs, which costs less than one at a time.
   * When it fails, some files may have become blobs that nobody names.
   *
   * @return the ids, in the order of {@code files}
   */
  List<String> adoptAll(List<Path> files) throws IOException;

  /**
   * The directory in which workers leave files for {@link #adopt}, on the same volume as the blobs.
   * Who writes there makes a directory of its own in it.
   */
  Path staging();

  /** Removes a blob; returns whether there was one. */
  boolean delete(String id) throws IOException;

  /** Every blob, in no order. The caller closes the stream. */
  Stream<StoredBlob> list() throws IOException;

  /**
   * Removes what has lain in {@link #staging} unchanged since before {@code limit}: left by a
   * process that died.
   *
   * @return how many files it removed
   */
  int sweepStaging(Instant limit) throws IOException;
}
