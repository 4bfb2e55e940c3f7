package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hosu.testing.HosuProcess.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The clients that other people use, as Debian packages them; what is missing is installed. */
final class Tools {
  private static final List<Path> FILES =
      List.of(
          Path.of("/usr/bin/aws"),
          Path.of("/usr/bin/rclone"),
          Path.of("/usr/lib/python3/dist-packages/boto3"));
  private static final List<String> PACKAGES = List.of("awscli", "rclone", "python3-boto3");

  private Tools() {}

  /** Installs what is not there; where there is no apt-get, the tests are skipped. */
  static synchronized void install() throws Exception {
    if (FILES.stream().allMatch(Files::exists)) {
      return;
    }
    assumeTrue(Files.exists(Path.of("/usr/bin/apt-get")), "Only Debian has what is tested with.");
    aptGet("update");
    List<String> install = new ArrayList<>(List.of("install", "-y", "--no-install-recommends"));
    install.addAll(PACKAGES);
    aptGet(install.toArray(String[]::new));
  }

  private static void aptGet(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/apt-get"));
    command.addAll(List.of(words));
    Ran ran = run(Map.of("DEBIAN_FRONTEND", "noninteractive"), command);
    assertThat(ran.exit())
        .as("Run it as root: %s%n%s%s", String.join(" ", command), ran.out(), ran.err())
        .isZero();
  }

  /** Runs a command to its end; of the variables that S3 clients know, it sees only the given. */
  static Ran run(Map<String, String> env, List<String> command)
      throws IOException, InterruptedException {
    Path err = Files.createTempFile("tool", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(env);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Ran ran = new Ran(process.waitFor(), out, Files.readString(err));
    Files.delete(err);
    return ran;
  }
}
