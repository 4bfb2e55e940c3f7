package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import io.hosu.testing.HosuProcess.Ran;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
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

/** The AWS CLI as it comes, with the environment that {@code admin.env} gives. */
class AwsCliTest {
  @TempDir static Path folder;
  private static SmallLake lake;

  @BeforeAll
  static void start() throws Exception {
    Tools.install();
    lake = SmallLake.start(folder);
  }

  @AfterAll
  static void stop() {
    if (lake != null) {
      lake.close();
    }
  }

  @Test
  void aFileIsCopiedListedMovedAndRemoved() throws Exception {
    Path file = write("in/one file+%.txt", "한 줄\n");
    aws("s3", "cp", file.toString(), "s3://raw/shop/cli/");
    assertThat(aws("s3", "ls", "s3://raw/shop/cli/")).contains("8 one file+%.txt");
    aws("s3", "mv", "s3://raw/shop/cli/one file+%.txt", "s3://stage/shop/moved/호수.txt");
    assertThat(aws("s3", "ls", "s3://stage", "--recursive")).contains("shop/moved/호수.txt");
    assertThat(aws("s3", "cp", "s3://stage/shop/moved/호수.txt", "-")).isEqualTo("한 줄\n");
    aws("s3", "rm", "s3://stage/shop/moved/호수.txt");
    assertThat(refused("s3", "ls", "s3://stage/shop/moved/").exit()).isEqualTo(1);
    assertThat(refused("s3", "ls", "s3://raw/shop/cli/one").exit()).isEqualTo(1);
  }

  @Test
  void aLargeFileGoesInParts() throws Exception {
    byte[] bytes = new byte[20 << 20];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("large"), bytes);
    aws("s3", "cp", file.toString(), "s3://raw/shop/cli/large");
    String head = aws("s3api", "head-object", "--bucket", "raw", "--key", "shop/cli/large");
    assertThat(Json.parse(head).path("ETag").asText()).endsWith("-3\"");
    aws("s3", "cp", "s3://raw/shop/cli/large", "s3://stage/shop/cli/large");
    aws("s3", "cp", "s3://stage/shop/cli/large", folder.resolve("back").toString());
    assertThat(folder.resolve("back")).hasSameBinaryContentAs(file);
  }

  @Test
  void aFolderIsSyncedBothWays() throws Exception {
    List<String> names = List.of("a.txt", "b c/d+e.txt", "b c/50%.txt", "호수/🐦.txt");
    for (String name : names) {
      write("sync/" + name, name);
    }
    String here = folder.resolve("sync").toString();
    aws("s3", "sync", here, "s3://raw/shop/sync");
    assertThat(aws("s3", "sync", here, "s3://raw/shop/sync")).isEmpty();
    aws("s3", "sync", "s3://raw/shop/sync", folder.resolve("synced").toString());
    for (String name : names) {
      assertThat(folder.resolve("synced").resolve(name)).hasContent(name);
    }
    Files.delete(folder.resolve("sync/a.txt"));
    assertThat(aws("s3", "sync", here, "s3://raw/shop/sync", "--delete")).startsWith("delete:");
    aws("s3", "rm", "s3://raw/shop/sync", "--recursive");
    assertThat(refused("s3", "ls", "s3://raw/shop/sync", "--recursive").exit()).isEqualTo(1);
  }

  @Test
  void aPresignedUrlIsReadByAnybodyAndHoldsForNothingElse() throws Exception {
    write("presigned.txt", "for you");
    aws("s3", "cp", folder.resolve("presigned.txt").toString(), "s3://raw/shop/cli/pre signed.txt");
    String url = aws("s3", "presign", "s3://raw/shop/cli/pre signed.txt").strip();
    assertThat(get(url).body()).isEqualTo("for you");
    HttpResponse<String> other = get(url.replace("signed.txt", "signed.csv"));
    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(other.body()).contains("<Code>SignatureDoesNotMatch</Code>");
  }

  private static HttpResponse<String> get(String url) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
  }

  @Test
  void checksumsAreSentKeptAndCompared() throws Exception {
    Path file = write("sums.txt", "to be summed");
    for (String algorithm : List.of("CRC32", "SHA256")) {
      String[] key = {"--bucket", "raw", "--key", "shop/cli/" + algorithm};
      String put =
          aws(
              key,
              "s3api",
              "put-object",
              "--body",
              file.toString(),
              "--checksum-algorithm",
              algorithm);
      String sum = Json.parse(put).path("Checksum" + algorithm).asText();
      assertThat(sum).isNotEmpty();
      Path back = folder.resolve("sums.back");
      String got = aws(key, "s3api", "get-object", "--checksum-mode", "ENABLED", back.toString());
      assertThat(Json.parse(got).path("Checksum" + algorithm).asText()).isEqualTo(sum);
      assertThat(back).hasContent("to be summed");
    }
  }

  @Test
  void aWrongSecretIsRefusedByItsName() throws Exception {
    Map<String, String> env = new HashMap<>(lake.hosu.env());
    env.put("AWS_SECRET_ACCESS_KEY", "wrong");
    Ran ran = run(env, "s3", "ls", "s3://raw");
    assertThat(ran.exit()).isNotZero();
    assertThat(ran.err()).contains("SignatureDoesNotMatch");
  }

  private static Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private static String aws(String[] more, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments).subList(0, 2));
    all.addAll(List.of(more));
    all.addAll(List.of(arguments).subList(2, arguments.length));
    return aws(all.toArray(String[]::new));
  }

  private static String aws(String... arguments) throws Exception {
    Ran ran = run(lake.hosu.env(), arguments);
    assertThat(ran.exit()).as(String.join(" ", arguments) + "\n" + ran.err()).isZero();
    return ran.out();
  }

  private static Ran refused(String... arguments) throws Exception {
    return run(lake.hosu.env(), arguments);
  }

  private static Ran run(Map<String, String> given, String... arguments) throws Exception {
    Map<String, String> env = new HashMap<>(given);
    env.put("LC_ALL", "C.UTF-8");
    env.put("AWS_DEFAULT_REGION", lake.hosu.value("AWS_REGION"));
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("aws", "/usr/bin/aws"));
    // Debian's does not know the variable for it yet, nor AWS_REGION.
    command.addAll(List.of("--endpoint-url", lake.hosu.value("AWS_ENDPOINT_URL_S3")));
    command.addAll(List.of(arguments));
    return Tools.run(env, command);
  }
}
