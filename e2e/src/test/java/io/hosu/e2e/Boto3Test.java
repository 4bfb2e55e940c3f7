package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** boto3 as it comes, against the S3 door: each function of `s3_boto3.py` ends without a word. */
class Boto3Test {
  @TempDir static Path folder;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws Exception {
    Tools.install();
    lake = SmallLake.start(folder);
    try (InputStream script = Boto3Test.class.getResourceAsStream("s3_boto3.py")) {
      if (script == null) {
        throw new IOException("s3_boto3.py is not on the class path.");
      }
      Files.copy(script, folder.resolve("s3_boto3.py"));
    }
  }

  @AfterAll
  static void stop() {
    if (lake != null) {
      lake.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "odd_keys",
        "ranges",
        "parts",
        "checksums",
        "pages_and_many_deletes",
        "presigned",
        "wrong_keys"
      })
  void boto3GetsWhatS3WouldGive(String function) throws Exception {
    var ran =
        Tools.run(
            lake.hosu.env(),
            List.of(
                System.getProperty("python", "/usr/bin/python3"),
                folder.resolve("s3_boto3.py").toString(),
                function));
    assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
  }
}
