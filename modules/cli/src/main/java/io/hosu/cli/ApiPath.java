package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import java.nio.charset.StandardCharsets;

/**
 * A path of the API with its query, every part encoded.
 *
 * @param text the encoded path, from its first slash on
 */
record ApiPath(String text) {
  private static final String UNRESERVED = "-._~";

  /** A path whose parts need no encoding, for example {@code /v1/tables}. */
  static ApiPath of(String path) {
    return new ApiPath(path);
  }

  /**
   * One part more; a slash in it is encoded. An empty one would be another path: the list.
   *
   * @throws Invalid {@link CliError#USAGE_WRONG}
   */
  ApiPath part(String part) {
    if (part.isEmpty()) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "A name or an id on the command line is empty.",
          "Write which one is meant; a variable in the command may be unset.");
    }
    return new ApiPath(text + "/" + encode(part, ""));
  }

  /** The key of an object; its slashes stay. */
  ApiPath key(String key) {
    return new ApiPath(text + "/" + encode(key, "/"));
  }

  /** One parameter more; none when {@code value} is empty. */
  ApiPath query(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    return new ApiPath(text + (text.contains("?") ? "&" : "?") + name + "=" + encode(value, ""));
  }

  private static String encode(String part, String kept) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xFF);
      if (isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0 || kept.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(hex(c >> 4)).append(hex(c & 15));
      }
    }
    return encoded.toString();
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }

  @Override
  public String toString() {
    return text;
  }
}
