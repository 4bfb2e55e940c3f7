package io.hosu.delivery;

import io.hosu.kernel.HosuException.Conflict;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A small lake project that runs: what {@code hosu init} writes. */
public final class Scaffold {
  private static final List<String> FILES =
      List.of(
          "README.md",
          "lake.yaml",
          "access/teams.yaml",
          "domains/shop/domain.yaml",
          "domains/shop/pipelines/orders.yaml",
          "domains/shop/transforms/clean_orders.sql",
          "domains/shop/transforms/sales_by_day.sql",
          "data/orders/2026-01.csv",
          "gitignore");

  private Scaffold() {}

  /**
   * Writes the project into {@code folder}, which is made when it does not exist, and returns the
   * files by their paths inside it. A repository without files ({@code .git} alone) counts as
   * empty.
   *
   * @throws Conflict {@link DeliveryError#FOLDER_NOT_EMPTY}
   */
  public static List<String> create(Path folder) {
    try {
      requireEmpty(folder);
      for (String file : FILES) {
        Path target = folder.resolve(target(file));
        Files.createDirectories(target.getParent());
        try (InputStream content = open(file)) {
          Files.copy(content, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Writing a lake project into " + folder, e);
    }
    return FILES.stream().map(Scaffold::target).toList();
  }

  private static String target(String file) {
    return file.equals("gitignore") ? ".gitignore" : file;
  }

  private static InputStream open(String file) {
    InputStream content = Scaffold.class.getResourceAsStream("scaffold/" + file);
    if (content == null) {
      throw new IllegalStateException("The scaffold lacks " + file);
    }
    return content;
  }

  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new Conflict(
          DeliveryError.FOLDER_NOT_EMPTY,
          "%s is a file.".formatted(folder),
          "Name a new folder: hosu init DIR");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      var first = entries.filter(entry -> !entry.endsWith(".git")).sorted().findFirst();
      if (first.isPresent()) {
        throw new Conflict(
            DeliveryError.FOLDER_NOT_EMPTY,
            "The folder %s is not empty: it holds %s.".formatted(folder, first.get().getFileName()),
            "Name a new or empty folder: hosu init DIR");
      }
    }
  }
}
