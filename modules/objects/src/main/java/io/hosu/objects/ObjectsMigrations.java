package io.hosu.objects;

import io.hosu.store.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The tables of this module. */
public final class ObjectsMigrations {
  private ObjectsMigrations() {}

  /** All steps, in order. */
  public static List<Migration> all() {
    return List.of(
        new Migration("objects", 1, resource("V1.sql")),
        new Migration("objects", 2, resource("V2.sql")),
        new Migration("objects", 3, resource("V3.sql")),
        new Migration("objects", 4, resource("V4.sql")));
  }

  private static String resource(String name) {
    try (InputStream in = ObjectsMigrations.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
