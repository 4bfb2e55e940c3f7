package io.hosu.delivery;

import java.util.regex.Pattern;

/**
 * A kind of YAML file in a lake project.
 *
 * @param name for example {@code pipeline}
 * @param path where its files lie, for people: {@code domains/DOMAIN/pipelines/NAME.yaml}
 * @param paths the same, for programs
 * @param meaning what such a file declares, for the reference page
 * @param shape what it must look like
 * @param example a whole file, which is tested
 */
record Kind(
    String name, String path, Pattern paths, String meaning, Shape.Struct shape, String example) {

  Kind(String name, String path, String meaning, Shape.Struct shape, String example) {
    this(name, path, pattern(path), meaning, shape, example);
  }

  private static Pattern pattern(String path) {
    return Pattern.compile(path.replace(".", "\\.").replaceAll("[A-Z]+", "[^/]+"));
  }

  /** Whether a file of this path is of this kind. */
  boolean matches(String file) {
    return paths.matcher(file).matches();
  }
}
