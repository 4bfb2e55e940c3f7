package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what the commands print, but for times, ids and ports. */
class ReadmeTest {
  @TempDir Path folder;

  @Test
  void theDemoPrintsWhatTheReadmeShows() throws Exception {
    List<String> shown = block("A throw-away lake");
    List<String> printed = run(Checkout.root(), Map.of(), "demo");
    // Executions run at the same time and end in any order; the counts after them tell the outcome.
    assertThat(withoutExecutions(printed)).isEqualTo(withoutExecutions(shown));
  }

  @Test
  void theFirstLakePrintsWhatTheReadmeShows() throws Exception {
    run(folder, Map.of(), "init", "my_lake");
    Path lake = folder.resolve("my_lake");
    List<String> printed = new ArrayList<>();
    try (HosuProcess server = HosuProcess.start(lake, folder.resolve("data"))) {
      for (String line : block("$ hosu put")) {
        if (line.startsWith("$ hosu ")) {
          printed.add(line);
          printed.addAll(run(lake, server.env(), words(line.substring("$ hosu ".length()))));
        }
      }
    }
    assertThat(normal(printed)).isEqualTo(normal(block("$ hosu put")));
  }

  private static String[] words(String command) {
    int quote = command.indexOf('"');
    if (quote < 0) {
      return command.split(" ", -1);
    }
    List<String> words =
        new ArrayList<>(List.of(command.substring(0, quote).strip().split(" ", -1)));
    words.add(command.substring(quote + 1, command.length() - 1));
    return words.toArray(String[]::new);
  }

  /** The lines of the README's block of code whose first line begins with {@code start}. */
  private static List<String> block(String start) throws IOException {
    List<String> lines = Files.readAllLines(Checkout.root().resolve("README.md"));
    int from = 0;
    while (!lines.get(from).startsWith("```") || !lines.get(from + 1).startsWith(start)) {
      from++;
    }
    int to = from + 1;
    while (!lines.get(to).startsWith("```")) {
      to++;
    }
    return lines.subList(from + 1, to);
  }

  private static List<String> run(Path folder, Map<String, String> env, String... words)
      throws Exception {
    List<String> command = new ArrayList<>(HosuProcess.java());
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(env);
    Process process = builder.start();
    process.getOutputStream().close();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as("%s printed %s", command, lines).isZero();
    return lines;
  }

  private static List<String> withoutExecutions(List<String> lines) {
    return normal(
        lines.stream()
            .filter(line -> !line.startsWith("  SUCCEEDED ") && !line.startsWith("  FAILED "))
            .toList());
  }

  private static List<String> normal(List<String> lines) {
    return lines.stream().map(ReadmeTest::normal).filter(line -> !line.isEmpty()).toList();
  }

  private static String normal(String line) {
    return line.replaceAll("\\b01[0-9a-z]{24}\\b", "ID")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
        .replaceAll("\\b\\d+(\\.\\d+)?(ms|s)\\b", "DURATION")
        .replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS")
        .replaceAll("/\\S*hosu-demo-\\S*", "FOLDER")
        .replaceAll(" +", " ")
        .strip();
  }
}
