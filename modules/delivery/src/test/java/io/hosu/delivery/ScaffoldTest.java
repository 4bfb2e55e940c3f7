package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.delivery.LakeProject.Reading;
import io.hosu.kernel.HosuException.Conflict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScaffoldTest {
  @TempDir private Path folder;

  @Test
  void whatInitWritesHasNoMistakesAndNoWarnings() {
    Scaffold.create(folder.resolve("new/lake"));

    Reading reading = LakeProject.read(ProjectFiles.in(folder.resolve("new/lake")));

    assertThat(reading).isInstanceOf(Reading.Sound.class);
    assertThat(reading.mistakes()).isEmpty();
  }

  @Test
  void everyFileIsWrittenAndTheDataDirectoryIsKeptOutOfGit() throws IOException {
    assertThat(Scaffold.create(folder))
        .allSatisfy(file -> assertThat(folder.resolve(file)).isNotEmptyFile());
    assertThat(Files.readString(folder.resolve(".gitignore"))).contains(".hosu/");
  }

  @Test
  void aFolderThatHoldsAnythingIsRefusedAndLeftAsItIs() throws IOException {
    Files.writeString(folder.resolve("mine.txt"), "mine");

    assertThatThrownBy(() -> Scaffold.create(folder))
        .isInstanceOf(Conflict.class)
        .hasMessageContaining("mine.txt");
    assertThat(folder.toFile().list()).containsExactly("mine.txt");
  }

  @Test
  void aFreshRepositoryCountsAsEmpty() throws IOException {
    Files.createDirectory(folder.resolve(".git"));

    assertThat(Scaffold.create(folder)).contains("lake.yaml");
  }
}
