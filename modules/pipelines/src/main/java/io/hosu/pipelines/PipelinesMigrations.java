package io.hosu.pipelines;

import io.hosu.store.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The tables of stages and executions. */
public final class PipelinesMigrations {
  private PipelinesMigrations() {}

  /** Every step, in order. */
  public static List<Migration> all() {
    return List.of(new Migration("pipelines", 1, text("V1.sql")));
  }

  private static String text(String resource) {
    try (InputStream in = PipelinesMigrations.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("The program lacks its file " + resource + ".");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
