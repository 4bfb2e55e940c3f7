package io.hosu.governance;

import io.hosu.store.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The tables of this module. */
public final class GovernanceMigrations {
  private GovernanceMigrations() {}

  /** All steps, in order. */
  public static List<Migration> all() {
    return List.of(
        new Migration("governance", 1, resource("V1.sql")),
        new Migration("governance", 2, resource("V2.sql")),
        new Migration("governance", 3, resource("V3.sql")),
        new Migration("governance", 4, resource("V4.sql")),
        new Migration("governance", 5, resource("V5.sql")),
        new Migration("governance", 6, resource("V6.sql")),
        new Migration("governance", 7, resource("V7.sql")),
        new Migration("governance", 8, resource("V8.sql")),
        new Migration("governance", 9, resource("V9.sql")),
        new Migration("governance", 10, resource("V10.sql")),
        new Migration("governance", 11, resource("V11.sql")),
        new Migration("governance", 12, resource("V12.sql")),
        new Migration("governance", 13, resource("V13.sql")),
        new Migration("governance", 14, resource("V14.sql")));
  }

  private static String resource(String name) {
    try (InputStream in = GovernanceMigrations.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
