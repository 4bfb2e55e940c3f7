package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import java.util.function.Supplier;

/**
 * A place in the lake as it is written on the command line: {@code LAYER/KEY}, or {@code
 * LAYER/PREFIX/} for all keys that begin so.
 *
 * @param layer the bucket
 * @param key the key or the beginning of keys; empty for the whole layer
 */
record ObjectAddress(String layer, String key) {

  /** Reads {@code LAYER}, {@code LAYER/KEY} or {@code s3://LAYER/KEY}. */
  static ObjectAddress parse(String text) {
    String path = text.startsWith("s3://") ? text.substring("s3://".length()) : text;
    int slash = path.indexOf('/');
    String layer = slash < 0 ? path : path.substring(0, slash);
    if (layer.isEmpty()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "'%s' does not name a place in the lake.".formatted(text),
          "Write it as LAYER/KEY, for example raw/aviation/flights/1.csv.");
    }
    return new ObjectAddress(layer, slash < 0 ? "" : path.substring(slash + 1));
  }

  /** Reads what must name one object. */
  static ObjectAddress parseObject(String text) {
    ObjectAddress address = parse(text);
    return address.requireObject(() ->
        new Invalid(
            CliError.USAGE_WRONG,
            "'%s' names a prefix, not an object.".formatted(text),
            "See what is there with: hosu ls %s".formatted(text)));
  }

  private ObjectAddress requireObject(Supplier<Invalid> otherwise) {
    if (isPrefix()) {
      throw otherwise.get();
    }
    return this;
  }

  /** Whether it stands for all keys that begin so. */
  boolean isPrefix() {
    return key.isEmpty() || key.endsWith("/");
  }

  /** The object {@code name} under this prefix. */
  ObjectAddress under(String name) {
    return new ObjectAddress(layer, key + name);
  }

  /** Where the API has the object. */
  ApiPath path() {
    return ApiPath.of("/v1/objects").part(layer).key(key);
  }

  @Override
  public String toString() {
    return layer + "/" + key;
  }
}
