package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.HosuProcess;
import io.hosu.testing.HosuProcess.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both doors under TLS, with the clients that people use and the environment of admin.env. */
class SecuredDoorsTest {
  @TempDir static Path folder;
  private static HosuProcess hosu;

  @BeforeAll
  static void start() throws Exception {
    Tools.install();
    Path project = Files.createDirectories(folder.resolve("project"));
    Files.writeString(project.resolve("lake.yaml"), "name: secured\n");
    hosu = HosuProcess.start(project, folder.resolve("data"), "--set", "tls=own");
  }

  @AfterAll
  static void stop() {
    if (hosu != null) {
      hosu.close();
    }
  }

  private static Ran hosu(Map<String, String> env, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(HosuProcess.java());
    command.addAll(List.of(words));
    return Tools.run(env, command);
  }

  @Test
  void commandsTrustTheServersOwnCertificateByItsFile() throws Exception {
    assertThat(hosu.value("HOSU_URL")).startsWith("https://127.0.0.1:");

    Ran ran = hosu(hosu.env(), "sql", "-c", "SELECT 42 AS answer", "-o", "csv");

    assertThat(ran.out()).as(ran.err()).isEqualTo("answer\n42\n");
  }

  @Test
  void withoutItTheyDoNotTrustTheServerAndSayWhatIsMissing() throws Exception {
    Map<String, String> env = new HashMap<>(hosu.env());
    env.remove("HOSU_CA");

    Ran ran = hosu(env, "status");

    assertThat(ran.exit()).isNotZero();
    assertThat(ran.err()).contains("is not trusted", "HOSU_CA", "[SERVER_UNTRUSTED]");
  }

  @Test
  void theAwsCliTrustsTheS3DoorByItsFile() throws Exception {
    Path file = Files.writeString(folder.resolve("a.txt"), "abc");
    List<String> copy =
        List.of(
            "/usr/bin/aws",
            "--endpoint-url",
            hosu.value("AWS_ENDPOINT_URL_S3"),
            "s3",
            "cp",
            file.toString(),
            "s3://raw/shop/a.txt");

    Ran trusted = Tools.run(hosu.env(), copy);
    Map<String, String> env = new HashMap<>(hosu.env());
    env.remove("AWS_CA_BUNDLE");
    Ran untrusted = Tools.run(env, copy);

    assertThat(trusted.exit()).as(trusted.err()).isZero();
    assertThat(untrusted.exit()).isNotZero();
    assertThat(untrusted.err()).contains("SSL");
  }

  @Test
  void aServerThatOtherMachinesReachSpeaksTlsOrIsToldNotTo() throws Exception {
    Path project = folder.resolve("project");
    String data = folder.resolve("other").toString();

    Ran ran =
        hosu(Map.of(), "up", "--project", project.toString(), "--data", data, "--host", "0.0.0.0");

    assertThat(ran.exit()).isNotZero();
    assertThat(ran.err())
        .contains("without TLS", "tls.allow-plain-text-beyond-this-machine", "[TLS_MISSING]");
  }
}
