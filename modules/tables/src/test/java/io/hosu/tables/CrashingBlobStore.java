package io.hosu.tables;

import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.BlobWriter;
import io.hosu.objects.backend.StoredBlob;
import io.hosu.testing.CrashPoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A blob store at which the process may die before and after each file becomes durable. */
record CrashingBlobStore(BlobStore inside, CrashPoints points) implements BlobStore {
  @Override
  public List<String> adoptAll(List<Path> files) throws IOException {
    List<String> ids = new ArrayList<>();
    for (Path file : files) {
      points.pass("before a blob");
      ids.add(inside.adopt(file));
      points.pass("after a blob");
    }
    return ids;
  }

  @Override
  public BlobWriter create() throws IOException {
    return inside.create();
  }

  @Override
  public InputStream open(String id, long from, long length) throws IOException {
    return inside.open(id, from, length);
  }

  @Override
  public Path path(String id) {
    return inside.path(id);
  }

  @Override
  public Path staging() {
    return inside.staging();
  }

  @Override
  public boolean delete(String id) throws IOException {
    return inside.delete(id);
  }

  @Override
  public Stream<StoredBlob> list() throws IOException {
    return inside.list();
  }

  @Override
  public int sweepStaging(Instant limit) throws IOException {
    return inside.sweepStaging(limit);
  }
}
