package io.hosu.delivery;

import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Sha256;
import io.hosu.kernel.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a lake project: path to text, in the order of paths. Paths are relative, with {@code
 * /} between their parts.
 *
 * <p>Only what declares the lake belongs to them: {@code lake.yaml} and what lies under {@code
 * domains/}, {@code access/}, {@code operations/} and {@code tests/access/}, without hidden files.
 * At most {@value #MOST_FILES} files, {@value #LARGEST_FILE} bytes each, 64 MB in all.
 */
public final class ProjectFiles {
  static final int MOST_FILES = 100_000;
  static final int LARGEST_FILE = 1024 * 1024;
  static final long LARGEST_PROJECT = 64L * 1024 * 1024;

  private static final String DATA = ".hosu";
  private static final String ROOT_FILE = "lake.yaml";
  private static final List<String> FOLDERS =
      List.of("domains/", "access/", "operations/", "tests/access/");

  private final SortedMap<String, String> files;

  private ProjectFiles(SortedMap<String, String> files) {
    this.files = Collections.unmodifiableSortedMap(files);
  }

  /**
   * Files as an upload brings them.
   *
   * @throws Invalid {@link DeliveryError#PROJECT_UNREADABLE} when a path is absolute, climbs up, or
   *     belongs to no lake project
   * @throws Exhausted {@link DeliveryError#PROJECT_TOO_LARGE}
   */
  public static ProjectFiles of(Map<String, String> files) {
    SortedMap<String, String> sorted = new TreeMap<>(files);
    long bytes = 0;
    for (var file : sorted.entrySet()) {
      requirePath(file.getKey());
      int length = file.getValue().getBytes(StandardCharsets.UTF_8).length;
      requireSize(file.getKey(), length);
      bytes += length;
    }
    requireLimits(sorted.size(), bytes);
    return new ProjectFiles(sorted);
  }

  private static void requirePath(String path) {
    List<String> parts = List.of(path.split("/", -1));
    boolean climbs = parts.contains("") || parts.contains(".") || parts.contains("..");
    if (climbs || path.indexOf('\\') >= 0 || !belongs(path)) {
      throw new Invalid(
          DeliveryError.PROJECT_UNREADABLE,
          "'%s' is not the path of a file in a lake project.".formatted(path),
          "Send lake.yaml and the files under domains/ and access/, by relative paths.");
    }
  }

  /**
   * The files of a folder.
   *
   * @throws NotFound {@link DeliveryError#PROJECT_UNREADABLE} when there is no folder, or no {@code
   *     lake.yaml} in it
   * @throws Invalid {@link DeliveryError#PROJECT_UNREADABLE} when a file is not text in UTF-8, or a
   *     link to something outside of the folder
   * @throws Exhausted {@link DeliveryError#PROJECT_TOO_LARGE}
   */
  public static ProjectFiles in(Path folder) {
    if (!Files.isRegularFile(folder.resolve(ROOT_FILE))) {
      throw new NotFound(
          DeliveryError.PROJECT_UNREADABLE,
          "There is no lake.yaml in %s.".formatted(folder.toAbsolutePath().normalize()),
          "Go to the folder of a lake project, name one with --project, or make one with: hosu init"
              + " DIR");
    }
    try {
      FolderReader reader = new FolderReader(folder, folder.toRealPath());
      Files.walkFileTree(folder, reader);
      return new ProjectFiles(reader.files);
    } catch (IOException e) {
      throw new UncheckedIOException("Reading " + folder, e);
    }
  }

  private static boolean belongs(String path) {
    return path.equals(ROOT_FILE) || FOLDERS.stream().anyMatch(path::startsWith);
  }

  /** Whether a folder belongs to a project, or one in it does. */
  private static boolean leads(String folder) {
    return belongs(folder) || FOLDERS.stream().anyMatch(its -> its.startsWith(folder));
  }

  private static void requireSize(String path, long bytes) {
    if (bytes > LARGEST_FILE) {
      throw new Exhausted(
          DeliveryError.PROJECT_TOO_LARGE,
          "The file %s has %s; a file of a lake project has at most %s."
              .formatted(path, Sizes.print(bytes), Sizes.print(LARGEST_FILE)),
          "Keep data outside domains/ and access/, and split what is declared in one file.");
    }
  }

  private static void requireLimits(int count, long bytes) {
    if (count > MOST_FILES || bytes > LARGEST_PROJECT) {
      throw new Exhausted(
          DeliveryError.PROJECT_TOO_LARGE,
          "The lake project has more than %d files or %s."
              .formatted(MOST_FILES, Sizes.print(LARGEST_PROJECT)),
          "Keep data outside domains/ and access/.");
    }
  }

  /** The text of one file. */
  public Optional<String> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** All paths and texts, by path. */
  public SortedMap<String, String> all() {
    return files;
  }

  /** SHA-256 over paths and texts, in hexadecimal: equal exactly when the files are. */
  public String hash() {
    MessageDigest digest = Sha256.digest();
    files.forEach((path, text) -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      digest.update((path + "\0" + bytes.length + "\0").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    });
    return Sha256.hex(digest);
  }

  /** Collects the files that belong to the project. */
  private static final class FolderReader extends SimpleFileVisitor<Path> {
    final SortedMap<String, String> files = new TreeMap<>();
    private final Path folder;
    private final Path real;
    private long bytes;

    FolderReader(Path folder, Path real) {
      this.folder = folder;
      this.real = real;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      boolean wanted =
          directory.equals(folder) || (!isHidden(directory) && leads(path(directory) + "/"));
      return wanted ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String path = path(file);
      if (!isHidden(file) && belongs(path) && Files.isRegularFile(file)) {
        requireInside(file, path);
        requireSize(path, Files.size(file));
        byte[] content = Files.readAllBytes(file);
        bytes += content.length;
        files.put(path, text(path, content));
        requireLimits(files.size(), bytes);
      }
      return FileVisitResult.CONTINUE;
    }

    /** A project of somebody else must not make this machine's files its own. */
    private void requireInside(Path file, String path) throws IOException {
      if (!Files.isSymbolicLink(file)) {
        return;
      }
      Path target = file.toRealPath();
      if (!target.startsWith(real) || real.relativize(target).startsWith(DATA)) {
        throw new Invalid(
            DeliveryError.PROJECT_UNREADABLE,
            "The file %s is a link to something outside of the lake project.".formatted(path),
            "Put the file itself there, or remove the link.");
      }
    }

    private static boolean isHidden(Path path) {
      return path.getFileName().toString().startsWith(".");
    }

    private String path(Path path) {
      return folder.relativize(path).toString().replace('\\', '/');
    }

    private static String text(String path, byte[] content) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      } catch (CharacterCodingException _) {
        throw new Invalid(
            DeliveryError.PROJECT_UNREADABLE,
            "The file %s is not text in UTF-8.".formatted(path),
            "Save it as UTF-8, or keep it outside domains/ and access/.");
      }
    }
  }
}
