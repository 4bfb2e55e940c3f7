package io.hosu.objects.door;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Texts in headers: the bytes are UTF-8 for those who send more than ASCII. */
public final class HeaderText {
  private HeaderText() {}

  /**
   * The text of a header's raw bytes (each a character of {@code value}): UTF-8 when they are that,
   * ISO-8859-1 otherwise.
   */
  public static String decode(String value) {
    if (value.chars().allMatch(c -> c < 128)) {
      return value;
    }
    byte[] raw = value.getBytes(StandardCharsets.ISO_8859_1);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      return value;
    }
  }

  /** The raw bytes of a header that is to carry {@code text}: UTF-8, each byte as a character. */
  public static String encode(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
