package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Something to put: a file, or what is piped in.
 *
 * @param file the file; null for what is piped in
 * @param name its name under a prefix: the file's own, or its path inside the folder named
 */
record Source(@Nullable Path file, String name) {
  private static final String PIPED = "-";

  /**
   * The sources that the arguments name, checked before anything is sent.
   *
   * @param folders whether folders are taken, with everything in them
   */
  static List<Source> of(List<String> arguments, boolean folders, Terminal terminal)
      throws IOException {
    List<Source> sources = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals(PIPED)) {
        sources.add(new Source(null, PIPED));
      } else {
        sources.addAll(ofPath(argument, terminal.resolve(argument), folders));
      }
    }
    return sources;
  }

  private static List<Source> ofPath(String argument, Path path, boolean folders)
      throws IOException {
    if (!Files.exists(path)) {
      throw new NotFound(
          CliError.FILE_NOT_FOUND,
          "There is no file '%s'.".formatted(argument),
          "Check the path; it is read from the current folder.");
    }
    if (Files.isDirectory(path)) {
      if (!folders) {
        throw new Invalid(
            CliError.USAGE_WRONG,
            "'%s' is a folder.".formatted(argument),
            "Put a folder with everything in it with: hosu put -r");
      }
      return inFolder(path);
    }
    if (!Files.isReadable(path)) {
      throw new Invalid(
          CliError.FILE_UNREADABLE,
          "The file '%s' may not be read.".formatted(argument),
          "Change its permissions, or run the command as someone who may read it.");
    }
    return List.of(new Source(path, fileName(path)));
  }

  private static List<Source> inFolder(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return paths
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> new Source(file, relative(folder, file)))
          .toList();
    }
  }

  private static String relative(Path folder, Path file) {
    return folder.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
  }

  private static String fileName(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : name.toString();
  }

  /** Whether it is what is piped in. */
  boolean isPiped() {
    return file == null;
  }

  /** Its length in bytes; negative when that is not known. */
  long length() throws IOException {
    return file == null ? -1 : Files.size(file);
  }

  /** Its bytes. */
  InputStream open(Terminal terminal) throws IOException {
    return file == null ? terminal.in() : Files.newInputStream(file);
  }

  /** The content type that its name stands for. */
  String contentType() {
    String lower = name.toLowerCase(Locale.ROOT).replaceFirst("\\.(gz|zst)$", "");
    return switch (lower.substring(lower.lastIndexOf('.') + 1)) {
      case "csv" -> "text/csv";
      case "tsv" -> "text/tab-separated-values";
      case "json" -> "application/json";
      case "jsonl", "ndjson" -> "application/x-ndjson";
      case "parquet" -> "application/vnd.apache.parquet";
      case "txt" -> "text/plain";
      case "xml" -> "application/xml";
      default -> "application/octet-stream";
    };
  }
}
