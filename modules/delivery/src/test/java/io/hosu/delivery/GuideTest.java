package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The YAML of the guide's pages is what a server takes. */
class GuideTest {
  private static final Path GUIDE = Regenerate.repository().resolve("docs/guide");

  /** YAML that says in its first line which file of a project it is. */
  private static final Pattern YAML =
      Pattern.compile("(?s)```yaml\\n# (domains/(\\w+)/pipelines/\\w+\\.yaml)\\n(.*?)```");

  private static final Pattern SQL = Pattern.compile("sql: (\\w+\\.sql)");

  static List<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(GUIDE)) {
      return pages.filter(page -> page.toString().endsWith(".md")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyPipelineOfAPageHasNoMistake(Path page) throws IOException {
    Matcher yaml = YAML.matcher(Files.readString(page));
    while (yaml.find()) {
      Map<String, String> files = new TreeMap<>();
      files.put("lake.yaml", "name: guide\n");
      files.put(yaml.group(1), yaml.group(3));
      Matcher sql = SQL.matcher(yaml.group(3));
      while (sql.find()) {
        String file = "domains/%s/transforms/%s".formatted(yaml.group(2), sql.group(1));
        files.put(file, "SELECT 1 AS one\n");
      }
      assertThat(LakeProject.read(ProjectFiles.of(files)).mistakes()).as(yaml.group(1)).isEmpty();
    }
  }
}
