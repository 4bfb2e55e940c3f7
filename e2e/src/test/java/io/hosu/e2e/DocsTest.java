package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.FlowGraph;
import io.hosu.delivery.GraphDrawing;
import io.hosu.delivery.GuardedSqlCheck;
import io.hosu.delivery.LakeProject;
import io.hosu.delivery.ProjectFiles;
import io.hosu.delivery.Scaffold;
import io.hosu.kernel.Settings;
import io.hosu.query.Guard;
import io.hosu.query.engine.EngineConfig;
import io.hosu.query.engine.SqlParser;
import io.hosu.testing.HosuProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of a lake project that the documentation shows can be applied as they stand there. A
 * block of YAML or SQL begins with a comment that names its file; those of one page are one
 * project.
 */
class DocsTest {
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```(yaml|sql)\\n(?:#|--) (\\S+)[^\\n]*\\n(.*?)^```$");
  private static final Pattern ANY_BLOCK = Pattern.compile("(?m)^```yaml$");

  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^## (\\w+)\\n(?:(?!^##).)*?^```yaml\\n(.*?)^```$");
  private static final String TRANSFORMS = "domains/shop/transforms/";

  /** Which file each section of the page of keys is about. */
  private static final Map<String, String> KEYS =
      Map.of(
          "lake", "lake.yaml",
          "domain", "domains/shop/domain.yaml",
          "dataset", "domains/shop/datasets/orders.yaml",
          "pipeline", "domains/shop/pipelines/orders.yaml",
          "crawler", "domains/shop/crawlers/visits.yaml",
          "access", "access/people.yaml",
          "test", "tests/access/people.yaml");

  @TempDir Path folder;

  @Test
  void everyYamlOfTheDocumentationCanBeApplied() throws Exception {
    Path first = project("first", Map.of());
    try (HosuProcess server = HosuProcess.start(first, folder.resolve("data"))) {
      for (Path page : pages()) {
        Map<String, String> files = files(page);
        if (!files.isEmpty()) {
          Path project = project("page" + page.toString().hashCode(), files);
          var applied = server.hosu("apply", "--project", project.toString());
          assertThat(applied.exit()).as("%s: %s", page, applied.err()).isZero();
        }
      }
    }
  }

  /** The page of keys is made from the code: its examples together are one project. */
  @Test
  void theExamplesOfThePageOfKeysAreAProjectThatCanBeApplied() throws Exception {
    Map<String, String> examples = examples();
    assertThat(examples).hasSize(KEYS.size());
    Map<String, String> files = new TreeMap<>();
    KEYS.forEach((section, file) -> files.put(file, examples.get(section)));
    files.put(TRANSFORMS + "clean_orders.sql", "SELECT * FROM input\n");
    files.put(TRANSFORMS + "archive.sql", "SELECT * FROM stage.orders\n");
    Path project = project("keys", files);
    Files.delete(project.resolve("access/groups.yaml")); // the example of access has them
    try (HosuProcess server = HosuProcess.start(project("zero", Map.of()), folder.resolve("own"))) {
      var applied = server.hosu("apply", "--project", project.toString());
      assertThat(applied.exit()).as(applied.err()).isZero();
      var tested = server.hosu("test", project.toString());
      assertThat(tested.exit()).as(tested.out() + tested.err()).isZero();
    }
  }

  private static Map<String, String> examples() throws IOException {
    String text = Files.readString(Checkout.root().resolve("docs/reference/project.md"));
    Map<String, String> examples = new TreeMap<>();
    for (Matcher block = EXAMPLE.matcher(text); block.find(); ) {
      examples.put(block.group(1), block.group(2));
    }
    return examples;
  }

  @Test
  void thePictureOfThePagesPipelinesIsTheOneThatIsDrawn() throws Exception {
    Path docs = Checkout.root().resolve("docs/reference");
    Path project = project("drawn", files(docs.resolve("pipelines.md")));
    String drawn = drawn(project);
    Path picture = docs.resolve("pipelines.svg");
    if (Boolean.getBoolean("hosu.docs.write")) {
      Files.writeString(picture, drawn);
    }
    assertThat(Files.readString(picture))
        .as("write it anew with -Dhosu.docs.write=true")
        .isEqualTo(drawn);
  }

  private String drawn(Path project) throws IOException {
    EngineConfig config = EngineConfig.from(new Settings(Map.of()), folder.resolve("engines"));
    try (SqlParser parser = new SqlParser(config)) {
      LakeProject.Reading reading =
          LakeProject.read(ProjectFiles.in(project), new GuardedSqlCheck(new Guard(parser)));
      return GraphDrawing.svg(
          FlowGraph.of(
              ((LakeProject.Reading.Sound) reading).project(),
              stage -> stage.pipeline().equals("triggers")));
    }
  }

  /** All but the page of keys, whose examples do not say which file they are. */
  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Checkout.root().resolve("README.md")));
    try (Stream<Path> docs = Files.walk(Checkout.root().resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md"))
          .filter(page -> !page.endsWith("reference/project.md"))
          .sorted()
          .forEach(pages::add);
    }
    return pages;
  }

  private static Map<String, String> files(Path page) throws IOException {
    String text = Files.readString(page);
    Map<String, String> files = new TreeMap<>();
    int yaml = 0;
    for (Matcher block = BLOCK.matcher(text); block.find(); ) {
      files.put(block.group(2), block.group(3));
      yaml += block.group(1).equals("yaml") ? 1 : 0;
    }
    assertThat(ANY_BLOCK.matcher(text).results().count())
        .as("blocks of YAML in %s that do not say which file they are", page)
        .isEqualTo(yaml);
    return files;
  }

  /**
   * The example, a new project or one with little in it, with the files of a page instead of its
   * own.
   */
  private Path project(String name, Map<String, String> files) throws IOException {
    Path project = folder.resolve(name);
    if (any(files, "domains/aviation/")) {
      copy(Checkout.root().resolve("examples/aviation"), project);
    } else if (any(files, "access/") && !any(files, "domains/")) {
      Scaffold.create(project);
    } else {
      SmallLake.write(project, "lake.yaml", "name: shop\n");
      SmallLake.write(project, "access/groups.yaml", "groups: [sales]\n");
      SmallLake.write(project, "domains/shop/domain.yaml", "owner: sales\n");
      SmallLake.write(project, "domains/shop/transforms/clean_orders.sql", "SELECT * FROM input\n");
      SmallLake.write(
          project,
          "domains/shop/transforms/sales_by_day.sql",
          "SELECT ordered_at::DATE AS day, count(*) AS orders FROM stage.orders GROUP BY ALL\n");
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      SmallLake.write(project, file.getKey(), file.getValue());
    }
    return project;
  }

  private static boolean any(Map<String, String> files, String folder) {
    return files.keySet().stream().anyMatch(file -> file.startsWith(folder));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }
}
