package io.hosu.objects.backend;

import io.hosu.kernel.Ids;
import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileBlobStoreTest implements BlobStoreContract {
  @TempDir Path data;
  private final ManualClock clock = new ManualClock();
  private FileBlobStore store;

  @BeforeEach
  void open() throws IOException {
    store = new FileBlobStore(data, new Ids(clock, new Random(1)));
  }

  @Override
  public BlobStore store() {
    return store;
  }

  @Override
  public ManualClock clock() {
    return clock;
  }
}
