package io.hosu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

class Sha256Test {
  /** FIPS 180-4, the example of one block. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void textBytesAndPartsOfThemHaveTheHashOfTheStandard() {
    MessageDigest parts = Sha256.digest();
    parts.update((byte) 'a');
    parts.update("bc".getBytes(StandardCharsets.US_ASCII));

    assertThat(Sha256.hex("abc")).isEqualTo(ABC);
    assertThat(Sha256.hex(new byte[] {'a', 'b', 'c'})).isEqualTo(ABC);
    assertThat(Sha256.hex(parts)).isEqualTo(ABC);
  }
}
