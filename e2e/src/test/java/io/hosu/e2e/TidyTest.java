package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every file of the tree must be like, beyond what the compiler and the formatter see. */
class TidyTest {
  private static final Path ROOT = Checkout.root();

  /** Endings of type names that say nothing, each with what to do instead. */
  private static final Map<String, String> EMPTY_NAMES =
      Map.of(
          "Impl", "name it after how it works",
          "Manager", "use the plural noun",
          "Helper", "find the noun",
          "Utils", "find the noun",
          "Util", "find the noun",
          "Service", "use the plural noun");

  /** Words that have another word in the glossary, as parts of type names. */
  private static final List<String> REFUSED_WORDS =
      List.of("Metastore", "PoisonMessage", "JobRun", "DeadLetterQueue", "Acl");

  private static List<Path> javaFiles(String... folders) {
    return Stream.of(folders).flatMap(TidyTest::javaFilesBelow).toList();
  }

  private static Stream<Path> javaFilesBelow(String folder) {
    try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
      return files.filter(f -> f.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void typesAreNamedByNounsThatSaySomething() {
    assertThat(javaFiles("modules"))
        .noneMatch(file -> EMPTY_NAMES.keySet().stream().anyMatch(end -> name(file).endsWith(end)))
        .noneMatch(file -> REFUSED_WORDS.stream().anyMatch(word -> name(file).contains(word)));
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  @Test
  void filesFitInAFewScreens() {
    assertThat(javaFiles("modules"))
        .filteredOn(file -> file.toString().contains("/src/main/"))
        .allSatisfy(file ->
            assertThat(text(file).lines().count()).as(file.toString()).isLessThanOrEqualTo(400));
  }

  @Test
  void testsNeitherSleepNorAreSwitchedOff() {
    Pattern refused = Pattern.compile("Thread\\.sleep|TimeUnit\\.[A-Z]+\\.sleep|@Disabled");
    assertThat(javaFiles("modules", "e2e"))
        .filteredOn(
            file -> file.toString().contains("/src/test/") && !name(file).equals("TidyTest"))
        .noneMatch(file -> refused.matcher(text(file)).find());
  }

  @Test
  void everyPublicTypeSaysWhatItPromises() {
    assertThat(javaFiles("modules"))
        .filteredOn(file -> file.toString().contains("/src/main/"))
        .allSatisfy(file -> assertThat(undocumented(file)).as(file.toString()).isEmpty());
  }

  private static List<String> undocumented(Path file) {
    Pattern publicType = Pattern.compile("public (?:[a-z-]+ )*(?:class|interface|record|enum) .*");
    List<String> lines = text(file).lines().toList();
    return IntStream.range(0, lines.size())
        .filter(i -> publicType.matcher(lines.get(i)).matches())
        .filter(i -> !endsAComment(lines, i))
        .mapToObj(lines::get)
        .toList();
  }

  /** Whether a comment stands before line {@code i}, with nothing but annotations between. */
  private static boolean endsAComment(List<String> lines, int i) {
    int before = i - 1;
    while (before >= 0 && lines.get(before).startsWith("@")) {
      before--;
    }
    return before >= 0 && (lines.get(before).endsWith("*/") || lines.get(before).startsWith("///"));
  }
}
