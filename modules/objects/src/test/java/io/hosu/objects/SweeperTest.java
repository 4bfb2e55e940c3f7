package io.hosu.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.ObjectName;
import io.hosu.objects.backend.BlobWriter;
import io.hosu.objects.backend.StoredBlob;
import io.hosu.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class SweeperTest {
  private final TestDatabase kind;
  @TempDir Path data;
  private TestLake lake;

  SweeperTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(kind, data);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void anOldVersionIsKeptForAsLongAsItIsPromised() throws IOException {
    ObjectVersion old = lake.put("raw/a", "old");
    lake.clock.advance(Duration.ofDays(100));
    lake.put("raw/a", "new");

    lake.clock.advance(Duration.ofDays(7));
    lake.sweeper.sweep();
    assertThat(lake.read(lake.objects.require(lake.admin(), old.name(), old.version())))
        .isEqualTo("old");

    lake.clock.advance(Duration.ofMillis(1));
    assertThat(lake.sweeper.sweep().versions()).isEqualTo(1);
    ObjectsTest.refused(
        ObjectsError.VERSION_NOT_FOUND,
        () -> lake.objects.require(lake.admin(), old.name(), old.version()));
    assertThat(lake.read("raw/a")).isEqualTo("new");
    assertThat(blobs()).isEqualTo(1);
  }

  @Test
  void aDeletedObjectLeavesNothingInTheEnd() throws IOException {
    lake.put("raw/a", "x");
    lake.objects.delete(lake.admin(), ObjectName.parse("raw/a"));
    lake.clock.advance(Duration.ofDays(8));
    assertThat(lake.sweeper.sweep()).isEqualTo(new Sweeper.Swept(2, 0, 1, 0));
    assertThat(blobs()).isZero();
  }

  @Test
  void bytesThatNothingNamesAreKeptUntilNobodyCanPublishThem() throws IOException {
    try (BlobWriter writer = lake.blobs.create()) {
      writer.stream().write(1);
      writer.finish();
    }
    lake.clock.advance(Duration.ofHours(24));
    assertThat(lake.sweeper.sweep().blobs()).isZero();
    lake.clock.advance(Duration.ofMillis(1));
    assertThat(lake.sweeper.sweep().blobs()).isEqualTo(1);
  }

  @Test
  void aCopyKeepsTheBytesOfItsSourceAlive() throws IOException {
    ObjectVersion source = lake.put("raw/a", "x");
    lake.objects.copy(
        lake.admin(), source, ObjectName.parse("raw/b"), Optional.empty(), Precondition.none());
    lake.objects.delete(lake.admin(), source.name());
    lake.clock.advance(Duration.ofDays(30));
    lake.sweeper.sweep();
    assertThat(lake.read("raw/b")).isEqualTo("x");
  }

  @Test
  void aForgottenUploadGoesWithItsParts() throws IOException {
    ObjectName name = ObjectName.parse("raw/a");
    String id = lake.uploads.create(lake.admin(), name, Attributes.none(), Optional.empty()).id();
    Uploads.Part part = lake.uploads.put(lake.admin(), name, id, 1, TestLake.payload("part"));
    lake.clock.advance(Duration.ofDays(6));
    lake.sweeper.sweep();
    assertThat(lake.uploads.parts(lake.admin(), name, id, 0, 10).items()).containsExactly(part);

    lake.clock.advance(Duration.ofDays(2));
    lake.sweeper.sweep();
    assertThat(blobs()).isZero();
    ObjectsTest.refused(
        ObjectsError.UPLOAD_NOT_FOUND,
        () ->
            lake.uploads.complete(
                lake.admin(),
                name,
                id,
                List.of(new Uploads.NamedPart(1, part.content().etag(), Optional.empty())),
                Precondition.none()));
  }

  private long blobs() throws IOException {
    try (Stream<StoredBlob> all = lake.blobs.list()) {
      return all.count();
    }
  }
}
