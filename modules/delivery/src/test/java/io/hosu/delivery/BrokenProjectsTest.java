package io.hosu.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.delivery.LakeProject.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each folder of {@code broken} is a project with mistakes, and what shall be said about them. */
class BrokenProjectsTest {
  private static final Path BROKEN =
      Regenerate.repository().resolve("modules/delivery/src/test/resources/broken");

  static Stream<String> projects() throws IOException {
    try (Stream<Path> folders = Files.list(BROKEN)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("projects")
  void everyMistakeIsNamedWithItsPlaceReasonAndRemedy(String project) throws IOException {
    Reading reading = LakeProject.read(ProjectFiles.of(files(BROKEN.resolve(project))));

    assertThat(reading).isInstanceOf(Reading.Mistaken.class);
    Regenerate.require(BROKEN.resolve(project + ".txt"), printed(reading.mistakes()));
  }

  @ParameterizedTest
  @MethodSource("projects")
  void aMistakeReadsBackFromItsJson(String project) throws IOException {
    for (Mistake mistake :
        LakeProject.read(ProjectFiles.of(files(BROKEN.resolve(project)))).mistakes()) {
      assertThat(Mistake.fromJson(mistake.toJson())).isEqualTo(mistake);
    }
  }

  private static String printed(List<Mistake> mistakes) {
    return mistakes.stream().map(mistake -> mistake + "\n").collect(Collectors.joining("\n"));
  }

  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(
            folder.relativize(path).toString(), Files.readString(path, StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
