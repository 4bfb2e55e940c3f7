package io.hosu.objects.backend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.testing.ManualClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} must do, wherever it keeps the bytes. */
interface BlobStoreContract {
  BlobStore store();

  ManualClock clock();

  @Test
  default void aFinishedBlobReadsBackWhatWasWritten() throws IOException {
    String id = write("hello");
    assertThat(read(id, 0, Long.MAX_VALUE)).isEqualTo("hello");
    assertThat(Files.readString(store().path(id))).isEqualTo("hello");
  }

  @Test
  default void aRangeReadsThoseBytesAndNoMore() throws IOException {
    String id = write("0123456789");
    assertThat(read(id, 3, 4)).isEqualTo("3456");
    assertThat(read(id, 8, 40)).isEqualTo("89");
    assertThat(read(id, 10, 1)).isEmpty();
    assertThat(read(id, 0, 0)).isEmpty();
  }

  @Test
  default void aBlobMayBeEmpty() throws IOException {
    assertThat(read(write(""), 0, 10)).isEmpty();
  }

  @Test
  default void whatWasNotFinishedLeavesNothing() throws IOException {
    try (BlobWriter writer = store().create()) {
      writer.stream().write(1);
    }
    assertThat(ids()).isEmpty();
    try (Stream<Path> left = Files.list(store().staging())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  default void aWorkersFileBecomesABlobAndIsGoneFromStaging() throws IOException {
    Path directory = Files.createDirectory(store().staging().resolve("worker"));
    Path one = Files.writeString(directory.resolve("1.parquet"), "one");
    Path two = Files.writeString(directory.resolve("2.parquet"), "two");

    List<String> ids = store().adoptAll(List.of(one, two));

    assertThat(read(ids.get(0), 0, 9)).isEqualTo("one");
    assertThat(read(ids.get(1), 0, 9)).isEqualTo("two");
    assertThat(one).doesNotExist();
    assertThat(ids()).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  default void manyFilesBecomeBlobsInTheirOrderAndOfNoneNothing() throws IOException {
    Path directory = Files.createDirectory(store().staging().resolve("worker"));
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      files.add(Files.writeString(directory.resolve(i + ".avro"), "file " + i));
    }

    List<String> ids = store().adoptAll(files);

    for (int i = 0; i < 100; i++) {
      assertThat(read(ids.get(i), 0, 99)).isEqualTo("file " + i);
    }
    assertThat(store().adoptAll(List.of())).isEmpty();
  }

  @Test
  default void onlyFilesUnderStagingAreAdopted() throws IOException {
    Path outside = Files.createTempFile("outside", "");
    assertThatThrownBy(() -> store().adopt(outside)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().adopt(store().staging().resolve("../x")))
        .isInstanceOf(IllegalArgumentException.class);
    Files.delete(outside);
  }

  @Test
  default void theListTellsSizeAndAge() throws IOException {
    String id = write("hello");
    try (Stream<StoredBlob> blobs = store().list()) {
      assertThat(blobs).containsExactly(new StoredBlob(id, 5, clock().instant()));
    }
  }

  @Test
  default void aDeletedBlobIsGoneOnceAndForAll() throws IOException {
    String id = write("hello");
    assertThat(store().delete(id)).isTrue();
    assertThat(store().delete(id)).isFalse();
    assertThatThrownBy(() -> store().open(id, 0, 1)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  default void aBlobDeletedWhileItIsReadIsReadToItsEnd() throws IOException {
    String id = write("hello");
    try (InputStream open = store().open(id, 0, 5)) {
      store().delete(id);
      assertThat(open.readAllBytes()).asString(UTF_8).isEqualTo("hello");
    }
  }

  @Test
  default void whatIsNoIdNamesNoFile() {
    assertThatThrownBy(() -> store().path("../../etc/passwd"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void onlyOldFilesAreSweptFromStaging() throws IOException {
    Path directory = Files.createDirectory(store().staging().resolve("worker"));
    Path old = Files.writeString(directory.resolve("old"), "old");
    Path young = Files.writeString(directory.resolve("young"), "young");
    Files.setLastModifiedTime(old, FileTime.from(clock().instant().minus(Duration.ofHours(2))));
    Files.setLastModifiedTime(young, FileTime.from(clock().instant()));

    assertThat(store().sweepStaging(clock().instant().minus(Duration.ofHours(1)))).isEqualTo(1);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  private String write(String text) throws IOException {
    try (BlobWriter writer = store().create()) {
      writer.stream().write(text.getBytes(UTF_8));
      return writer.finish();
    }
  }

  private String read(String id, long from, long length) throws IOException {
    try (InputStream in = store().open(id, from, length)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private List<String> ids() throws IOException {
    try (Stream<StoredBlob> blobs = store().list()) {
      return blobs.map(StoredBlob::id).toList();
    }
  }
}
