package io.hosu.kernel;

import io.hosu.kernel.HosuException.Invalid;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them: {@code 128MB}, {@code 4KB}, {@code 1.5GB}; 1 KB is 1024 bytes. */
public final class Sizes {
  private static final Pattern FORM =
      Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(B|KB|MB|GB|TB)", Pattern.CASE_INSENSITIVE);
  private static final long LARGEST = 1L << 60;
  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

  private Sizes() {}

  /**
   * Reads a number with one of the units B, KB, MB, GB and TB into bytes.
   *
   * @throws Invalid {@link KernelError#SIZE_INVALID}
   */
  public static long parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new Invalid(
          KernelError.SIZE_INVALID,
          "'%s' is not a size.".formatted(text),
          "Write a number and one of B, KB, MB, GB, TB: 512KB, 128MB, 1.5GB.");
    }
    long unit = 1;
    for (int i = 0; !UNITS[i].equals(form.group(2).toUpperCase(Locale.ROOT)); i++) {
      unit *= 1024;
    }
    BigDecimal bytes = new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(unit));
    if (bytes.compareTo(BigDecimal.valueOf(LARGEST)) > 0) {
      throw new Invalid(
          KernelError.SIZE_INVALID,
          "'%s' is larger than any disk.".formatted(text),
          "Write at most %s.".formatted(print(LARGEST)));
    }
    return bytes.longValue();
  }

  /** Writes bytes for people, with at most one decimal: {@code 1.3 GB} reads {@code 1.3GB}. */
  public static String print(long bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    String number = String.format(Locale.ROOT, "%.1f", value);
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + UNITS[unit];
  }
}
