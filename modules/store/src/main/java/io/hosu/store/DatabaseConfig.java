package io.hosu.store;

import io.hosu.kernel.Settings;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where the state database is.
 *
 * @param url {@code jdbc:sqlite:FILE}, or {@code jdbc:postgresql://HOST/NAME?user=…&password=…},
 *     where {@code currentSchema} names the schema to use
 * @param readers how many reads run at the same time; further ones wait
 */
public record DatabaseConfig(String url, int readers) {
  private static final int READERS = 8;
  private static final Pattern SECRET = Pattern.compile("(?i)(password=)[^&]*");

  /** SQLite in {@code directory}, which is made when it is missing. */
  public static DatabaseConfig in(Path directory) {
    return new DatabaseConfig(sqlite(directory), READERS);
  }

  /** What the settings say; SQLite in the data directory {@code data} unless they name another. */
  public static DatabaseConfig from(Settings settings, Path data) {
    String url =
        settings.text(
            "state.url",
            "",
            "JDBC URL of the state database: jdbc:postgresql://HOST/NAME?user=…&password=…;"
                + " empty means SQLite in the data directory.");
    int readers =
        settings.count(
            "state.readers", READERS, 1, "Reads of the state database at the same time.");
    return new DatabaseConfig(url.isBlank() ? sqlite(data) : url.strip(), readers);
  }

  private static String sqlite(Path directory) {
    return "jdbc:sqlite:" + directory.resolve("state.db");
  }

  /** The URL without its password. */
  @Override
  public String toString() {
    return SECRET.matcher(url).replaceAll("$1***");
  }
}
