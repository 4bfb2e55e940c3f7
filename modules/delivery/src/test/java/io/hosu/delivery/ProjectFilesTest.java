package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectFilesTest {
  @TempDir private Path folder;

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void onlyWhatDeclaresTheLakeIsRead() throws IOException {
    write("lake.yaml", "name: a");
    write("domains/a/domain.yaml", "");
    write("access/x.yaml", "");
    write("README.md", "");
    write("data/large.csv", "");
    write(".hosu/state.db", "");
    write("domains/.hidden/domain.yaml", "");
    write("domains/a/.swp", "");

    assertThat(ProjectFiles.in(folder).all())
        .containsOnlyKeys("access/x.yaml", "domains/a/domain.yaml", "lake.yaml");
  }

  @Test
  void aFolderWithoutALakeIsRefusedWithTheWayToMakeOne() {
    assertThatThrownBy(() -> ProjectFiles.in(folder))
        .isInstanceOf(NotFound.class)
        .satisfies(e -> assertThat(((NotFound) e).remedy()).contains("hosu init"));
  }

  @Test
  void aLinkThatLeadsOutOfTheProjectIsRefusedAndOneThatStaysInsideIsRead(@TempDir Path elsewhere)
      throws IOException {
    write("lake.yaml", "name: a");
    write("domains/a/transforms/x.sql", "SELECT 1");
    write(".hosu/admin.env", "secret");
    Path link = folder.resolve("domains/a/transforms/ln.sql");
    Files.createSymbolicLink(link, Path.of("x.sql"));
    assertThat(ProjectFiles.in(folder).find("domains/a/transforms/ln.sql")).contains("SELECT 1");

    Path outside = Files.writeString(elsewhere.resolve("passwd"), "secret");
    for (Path target : List.of(outside, Path.of("../../../.hosu/admin.env"))) {
      Files.delete(link);
      Files.createSymbolicLink(link, target);
      assertThatThrownBy(() -> ProjectFiles.in(folder))
          .isInstanceOf(Invalid.class)
          .hasMessageContaining("domains/a/transforms/ln.sql")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void aFileThatIsNotUtf8IsNamed() throws IOException {
    write("lake.yaml", "name: a");
    write("domains/a/transforms/x.sql", "");
    Files.write(folder.resolve("domains/a/transforms/x.sql"), new byte[] {(byte) 0xff});

    assertThatThrownBy(() -> ProjectFiles.in(folder))
        .isInstanceOf(Invalid.class)
        .hasMessageContaining("domains/a/transforms/x.sql");
  }

  @Test
  void aFileThatIsTooLargeIsNamed() throws IOException {
    write("lake.yaml", "#".repeat(ProjectFiles.LARGEST_FILE + 1));

    assertThatThrownBy(() -> ProjectFiles.in(folder))
        .isInstanceOf(Exhausted.class)
        .hasMessageContaining("lake.yaml");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../lake.yaml",
        "domains/../../x.yaml",
        "domains//x.yaml",
        "domains/./x.yaml",
        "domains\\x.yaml",
        "src/main.yaml",
        ""
      })
  void aPathThatLeavesTheProjectIsRefused(String path) {
    assertThatThrownBy(() -> ProjectFiles.of(Map.of(path, ""))).isInstanceOf(Invalid.class);
  }

  @Test
  void theHashIsEqualExactlyWhenTheFilesAre() {
    ProjectFiles files = ProjectFiles.of(Map.of("lake.yaml", "a", "access/b.yaml", "c"));

    assertThat(ProjectFiles.of(Map.of("access/b.yaml", "c", "lake.yaml", "a")).hash())
        .isEqualTo(files.hash());
    assertThat(ProjectFiles.of(Map.of("lake.yaml", "a", "access/b.yaml", "d")).hash())
        .isNotEqualTo(files.hash());
  }
}
