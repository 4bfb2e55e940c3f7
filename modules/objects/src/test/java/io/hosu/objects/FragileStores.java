package io.hosu.objects;

import io.hosu.objects.backend.BlobStore;
import io.hosu.objects.backend.BlobWriter;
import io.hosu.objects.backend.StoredBlob;
import io.hosu.store.Database;
import io.hosu.testing.CrashPoints;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** A database and a blob store whose process can die before and after each durable write. */
final class FragileStores {
  private CrashPoints points = CrashPoints.never();

  /** From now on the process may die at these points. */
  void fail(CrashPoints at) {
    points = at;
  }

  Database around(Database database) {
    return new Database() {
      @Override
      public <T> T read(Work<T> work) {
        return database.read(work);
      }

      @Override
      public <T> T write(Work<T> work) {
        points.pass("before a transaction");
        T result = database.write(work);
        points.pass("after a transaction");
        return result;
      }

      @Override
      public void close() {
        database.close();
      }
    };
  }

  BlobStore around(BlobStore blobs) {
    return new BlobStore() {
      @Override
      public BlobWriter create() throws IOException {
        return fragile(blobs.create());
      }

      @Override
      public InputStream open(String id, long from, long length) throws IOException {
        return blobs.open(id, from, length);
      }

      @Override
      public Path path(String id) {
        return blobs.path(id);
      }

      @Override
      public List<String> adoptAll(List<Path> files) throws IOException {
        points.pass("before adopting");
        List<String> ids = blobs.adoptAll(files);
        points.pass("after adopting");
        return ids;
      }

      @Override
      public Path staging() {
        return blobs.staging();
      }

      @Override
      public boolean delete(String id) throws IOException {
        points.pass("before deleting a blob");
        return blobs.delete(id);
      }

      @Override
      public Stream<StoredBlob> list() throws IOException {
        return blobs.list();
      }

      @Override
      public int sweepStaging(Instant limit) throws IOException {
        return blobs.sweepStaging(limit);
      }
    };
  }

  private BlobWriter fragile(BlobWriter writer) {
    return new BlobWriter() {
      @Override
      public OutputStream stream() {
        return writer.stream();
      }

      @Override
      public String finish() throws IOException {
        points.pass("before finishing a blob");
        String id = writer.finish();
        points.pass("after finishing a blob");
        return id;
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }
}
