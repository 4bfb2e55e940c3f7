package io.hosu.kernel;

import io.hosu.kernel.HosuException.Invalid;
import java.util.regex.Pattern;

/** The rule that every name in a lake project follows. */
public final class Names {
  private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9_]{0,62}");

  /** The domain and the layer of what the lake keeps of itself; nothing else is in them. */
  public static final String SYSTEM = "system";

  private Names() {}

  /** Whether {@code text} is a name: {@code a-z}, then {@code a-z 0-9 _}, at most 63 in all. */
  public static boolean isName(String text) {
    return WORD.matcher(text).matches();
  }

  /**
   * Returns {@code text}.
   *
   * @param what the kind of thing named, for the message, for example {@code "domain"}
   * @throws Invalid {@link KernelError#NAME_INVALID} unless it is a name
   */
  public static String requireName(String what, String text) {
    if (!isName(text)) {
      throw new Invalid(
          KernelError.NAME_INVALID,
          "'%s' cannot name a %s.".formatted(text, what),
          "Use a small letter, then small letters, digits and _, at most 63 in all.");
    }
    return text;
  }
}
