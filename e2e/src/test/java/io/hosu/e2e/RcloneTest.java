package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.HosuProcess.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** rclone as it comes: it compares by checksum and by the time that it keeps in the metadata. */
class RcloneTest {
  @TempDir static Path folder;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws Exception {
    Tools.install();
    lake = SmallLake.start(folder);
    Path files = Files.createDirectories(folder.resolve("files/b c/호수"));
    Files.writeString(folder.resolve("files/a.txt"), "a");
    Files.writeString(folder.resolve("files/b c/50%+x.txt"), "odd");
    Files.writeString(files.resolve("🐦 'q'.txt"), "bird");
    byte[] bytes = new byte[12 << 20];
    new Random(1).nextBytes(bytes);
    Files.write(folder.resolve("files/large"), bytes);
  }

  @AfterAll
  static void stop() {
    if (lake != null) {
      lake.close();
    }
  }

  @Test
  void aFolderIsCopiedCheckedMovedAndPurged() throws Exception {
    String files = folder.resolve("files").toString();
    rclone("copy", files, "lake:raw/shop/copied");
    rclone("check", "--download", files, "lake:raw/shop/copied");
    assertThat(rclone("copy", files, "lake:raw/shop/copied", "-v")).isEmpty();
    rclone("move", "lake:raw/shop/copied", "lake:stage/shop/moved");
    rclone("check", files, "lake:stage/shop/moved");
    assertThat(rclone("lsf", "-R", "--files-only", "lake:stage/shop/moved").lines())
        .containsExactlyInAnyOrder("a.txt", "b c/50%+x.txt", "b c/호수/🐦 'q'.txt", "large");
    rclone("copy", "lake:stage/shop/moved", folder.resolve("back").toString());
    rclone("check", files, folder.resolve("back").toString());
    rclone("purge", "lake:stage/shop/moved");
    assertThat(rclone("lsf", "-R", "lake:stage/shop")).isEmpty();
  }

  @Test
  void aPartOfAnObjectIsRead() throws Exception {
    Path file = Files.writeString(folder.resolve("digits"), "0123456789");
    rclone("copyto", file.toString(), "lake:raw/shop/digits");
    assertThat(rclone("cat", "--offset", "2", "--count", "3", "lake:raw/shop/digits"))
        .isEqualTo("234");
  }

  @Test
  void aWrongSecretIsRefusedByItsName() throws Exception {
    Ran ran = run(Map.of("AWS_SECRET_ACCESS_KEY", "wrong"), "lsf", "lake:raw");
    assertThat(ran.exit()).isNotZero();
    assertThat(ran.err()).contains("SignatureDoesNotMatch");
  }

  private static String rclone(String... arguments) throws Exception {
    Ran ran = run(Map.of(), arguments);
    assertThat(ran.exit()).as(String.join(" ", arguments) + "\n" + ran.err()).isZero();
    return ran.out();
  }

  private static Ran run(Map<String, String> others, String... arguments) throws Exception {
    Map<String, String> env = new HashMap<>(lake.hosu.env());
    env.put("RCLONE_CONFIG", "/dev/null");
    env.put("RCLONE_CONFIG_LAKE_TYPE", "s3");
    env.put("RCLONE_CONFIG_LAKE_PROVIDER", "Other");
    env.put("RCLONE_CONFIG_LAKE_ENV_AUTH", "true");
    env.put("RCLONE_CONFIG_LAKE_ENDPOINT", lake.hosu.value("AWS_ENDPOINT_URL_S3"));
    env.put("RCLONE_CONFIG_LAKE_REGION", lake.hosu.value("AWS_REGION"));
    env.put("RCLONE_S3_UPLOAD_CUTOFF", "5M");
    env.put("RCLONE_S3_CHUNK_SIZE", "5M");
    env.put("RCLONE_RETRIES", "1");
    env.putAll(others);
    List<String> command = new ArrayList<>(List.of("/usr/bin/rclone"));
    command.addAll(List.of(arguments));
    return Tools.run(env, command);
  }
}
