package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads the texts of a lake project, as they are sent to a server. */
final class ProjectFiles {
  private static final String LAKE = "lake.yaml";
  private static final String PARTS = "lake\\.yaml|(domains|access|operations|tests)/.*";

  private ProjectFiles() {}

  /**
   * The project in {@code folder}: path inside it, with slashes, to text. Data and hidden files do
   * not belong to it.
   *
   * @throws NotFound {@link CliError#FILE_NOT_FOUND} when the folder has no lake.yaml
   */
  static Map<String, String> read(Path folder) throws IOException {
    if (!Files.isRegularFile(folder.resolve(LAKE))) {
      throw new NotFound(
          CliError.FILE_NOT_FOUND,
          "The folder '%s' is no lake project: it has no lake.yaml.".formatted(folder),
          "Make one with: hosu init DIR\nOr name the project's folder with --project DIR");
    }
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder, 12)) {
      for (Path file : paths.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (name.matches(PARTS) && !("/" + name).contains("/.")) {
          texts.put(name, text(file, name));
        }
      }
    }
    return texts;
  }

  private static String text(Path file, String name) throws IOException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new Invalid(
          CliError.FILE_UNREADABLE,
          "The project's file '%s' is not UTF-8 text.".formatted(name),
          "Save it as UTF-8, or move what is not text out of the project's folders.",
          e);
    }
  }
}
