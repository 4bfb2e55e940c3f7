package io.hosu.cli;

import java.util.Locale;

/**
 * What the doctor found.
 *
 * @param remedy what to do; empty when nothing need be done
 */
record Check(String name, Result result, String found, String remedy) {
  enum Result {
    OK,
    /** It works, and may stop working or surprise. */
    WARN,
    /** It does not work. */
    FAIL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Check ok(String name, String found) {
    return new Check(name, Result.OK, found, "");
  }

  static Check warn(String name, String found, String remedy) {
    return new Check(name, Result.WARN, found, remedy);
  }

  static Check fail(String name, String found, String remedy) {
    return new Check(name, Result.FAIL, found, remedy);
  }
}
