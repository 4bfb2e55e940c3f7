package io.hosu.tables;

import io.hosu.store.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The tables of this module. */
public final class TablesMigrations {
  private TablesMigrations() {}

  /** All steps, in order. */
  public static List<Migration> all() {
    return List.of(
        new Migration("tables", 1, resource("V1.sql")),
        new Migration("tables", 2, resource("V2.sql")),
        new Migration("tables", 3, resource("V3.sql")),
        new Migration("tables", 4, resource("V4.sql")),
        new Migration("tables", 5, resource("V5.sql")),
        new Migration("tables", 6, resource("V6.sql")),
        new Migration("tables", 7, resource("V7.sql")),
        new Migration("tables", 8, resource("V8.sql")),
        new Migration("tables", 9, resource("V9.sql")),
        new Migration("tables", 10, resource("V10.sql")));
  }

  private static String resource(String name) {
    try (InputStream in = TablesMigrations.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
