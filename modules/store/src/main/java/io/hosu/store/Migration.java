package io.hosu.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * One step in the life of a module's tables, applied once, in order of {@code version} within the
 * module.
 *
 * <p>A step that has been released never changes: the state database keeps its hash and refuses
 * another text under the same version.
 *
 * @param module whose tables, for example {@code events}
 * @param version 1, 2, 3, ... without gaps
 * @param sql statements that end with {@code ;} at the end of a line, for both databases: {@code
 *     {bytes}} stands for the type that keeps bytes
 */
public record Migration(String module, int version, String sql) {

  /**
   * The step that {@code V<version>.sql} beside the class {@code owner} holds, of the module that
   * the last part of its package names.
   */
  public static Migration read(Class<?> owner, int version) {
    String name = owner.getPackageName();
    String file = "V%d.sql".formatted(version);
    try (InputStream in = owner.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("%s has no %s beside it.".formatted(owner, file));
      }
      String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Migration(name.substring(name.lastIndexOf('.') + 1), version, sql);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
