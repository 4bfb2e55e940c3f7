package io.hosu.objects.door;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.objects.ObjectsError;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run of bytes of an object.
 *
 * @param from the first, counted from 0
 * @param length how many
 */
public record ByteRange(long from, long length) {
  private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /**
   * Reads a {@code Range} header against an object of {@code size} bytes. Empty when it is none
   * that must be obeyed (another unit, several ranges, malformed): the whole object is the answer.
   *
   * @throws Invalid {@link ObjectsError#RANGE_INVALID} when it lies outside of the object
   */
  public static Optional<ByteRange> parse(String header, long size) {
    Matcher form = FORM.matcher(header.replace(" ", ""));
    if (!form.matches() || (form.group(1).isEmpty() && form.group(2).isEmpty())) {
      return Optional.empty();
    }
    if (form.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(form.group(2)), size);
      return Optional.of(within(header, size - last, size - 1, size));
    }
    long from = Long.parseLong(form.group(1));
    long to = form.group(2).isEmpty() ? size - 1 : Long.parseLong(form.group(2));
    if (!form.group(2).isEmpty() && to < from) {
      return Optional.empty();
    }
    return Optional.of(within(header, from, Math.min(to, size - 1), size));
  }

  /** The value of {@code Content-Range}. */
  public String contentRange(long size) {
    return "bytes %d-%d/%d".formatted(from, from + length - 1, size);
  }

  private static ByteRange within(String header, long from, long to, long size) {
    if (from >= size || to < from) {
      throw new Invalid(
          ObjectsError.RANGE_INVALID,
          "Range %s lies outside of an object of %d bytes.".formatted(header, size),
          "Ask for bytes that there are.");
    }
    return new ByteRange(from, to - from + 1);
  }
}
