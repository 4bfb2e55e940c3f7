package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.e2e.GuidePage.Part;
import io.hosu.testing.HosuProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who follows a tutorial of the guide gets what it shows, but for times, ids and secrets. With
 * {@code -Dhosu.docs.write=true} the pages are written anew from what commands print.
 */
class GuideRunTest {
  @TempDir Path folder;
  private HosuProcess server;
  private GuideShell shell;

  @BeforeEach
  void start() throws Exception {
    Path project = folder.resolve("shop");
    try (GuideShell first = new GuideShell(folder, folder.resolve("bin"))) {
      first.follow(List.of(new Part.Command("hosu init shop", List.of())));
    }
    server = HosuProcess.start(project, project.resolve(".hosu"));
    shell = new GuideShell(project, folder.resolve("bin"));
  }

  @AfterEach
  void stop() {
    shell.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "access.md",
        "rules.md",
        "crawlers-declared.md",
        "clone.md",
        "lineage-value.md",
        "rollback.md",
        "backfill.md",
        "failures.md"
      })
  void aPageShowsWhatCommandsPrint(String page) throws Exception {
    isAsShown(GuidePage.read(page));
  }

  /** It goes on from the tutorial of access. */
  @Test
  void thePageOfTheAuditShowsWhatCommandsPrint() throws Exception {
    shell.follow(GuidePage.read("access.md").beginning());
    isAsShown(GuidePage.read("audit.md"));
  }

  private void isAsShown(GuidePage page) throws Exception {
    List<Part> followed = shell.follow(page.parts());
    if (Boolean.getBoolean("hosu.docs.write")) {
      page.write(followed.stream().map(GuideRunTest::withoutSecrets).toList());
    } else {
      for (int i = 0; i < followed.size(); i++) {
        assertThat(normal(followed.get(i))).isEqualTo(normal(page.parts().get(i)));
      }
    }
  }

  private static Part withoutSecrets(Part part) {
    return switch (part) {
      case Part.Command(var text, var prints) ->
          new Part.Command(text, prints.stream().map(GuideRunTest::withoutSecrets).toList());
      case Part.Kept file -> file;
      case Part.Text text -> text;
    };
  }

  private static String withoutSecrets(String line) {
    return line.replaceAll("(AWS_SECRET_ACCESS_KEY=|hosu[a-z]?_).+", "$1...");
  }

  private static List<String> normal(Part part) {
    return part.lines().stream()
        .map(GuideRunTest::withoutSecrets)
        .map(GuideRunTest::normal)
        .toList();
  }

  private static String normal(String line) {
    return line.replaceAll("(\\b|(?<=_))01[0-9a-z]{24}\\b", "ID")
        .replaceAll("\\btok_[0-9a-z]{26}\\b", "TOK")
        .replaceAll("\\bHOS[US][A-Z0-9]{16}\\b", "KEY")
        .replaceAll("\\b[0-9a-f]{64}\\b", "HASH")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d[T ][0-9:.]+(Z|\\+00)", "TIME")
        .replaceAll("\\b\\d+ records, 1 to \\d+|\\b\\d+:HASH", "RECORDS")
        .replaceAll("\\b[0-9]{16,19}\\b", "SNAPSHOT")
        .replaceAll("(request-id +)\\S+", "$1REQUEST")
        .replaceAll("http://127.0.0.1:\\d+", "SERVER")
        .replaceAll("\\b\\d+(\\.\\d+)?(ms|s)\\b", "DURATION")
        .replaceAll("-{2,}", "--")
        .replaceAll(" +", " ")
        .strip();
  }
}
