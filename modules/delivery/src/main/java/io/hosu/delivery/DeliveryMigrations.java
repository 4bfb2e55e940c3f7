package io.hosu.delivery;

import io.hosu.store.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The tables of this module. */
public final class DeliveryMigrations {
  private DeliveryMigrations() {}

  /** All steps, in order. */
  public static List<Migration> all() {
    return List.of(
        new Migration("delivery", 1, resource("V1.sql")),
        new Migration("delivery", 2, resource("V2.sql")));
  }

  private static String resource(String name) {
    try (InputStream in = DeliveryMigrations.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
