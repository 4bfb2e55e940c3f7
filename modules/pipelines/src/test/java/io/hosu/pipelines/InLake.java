package io.hosu.pipelines;

import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests with a whole lake of their own, on each kind of state database. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
@SuppressWarnings("NullAway.Init") // the first is set before, the other by the method that begins
abstract class InLake {
  @Parameter TestDatabase kind;
  Lake lake;

  @BeforeEach
  void openLake(@TempDir Path directory) throws IOException {
    lake = new Lake(directory, kind);
  }

  @AfterEach
  void closeLake() {
    lake.close();
  }

  /** An object comes, and all that follows from it is done. */
  final void put(String object, String text) {
    lake.put(object, text);
    lake.finish();
  }
}
