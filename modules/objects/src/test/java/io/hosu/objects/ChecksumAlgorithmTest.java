package io.hosu.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumAlgorithmTest {
  @ParameterizedTest
  @CsvSource({
    "CRC32,cbf43926",
    "CRC32C,e3069283",
    "CRC64NVME,ae8b14860a799888",
    "MD5,25f9e794323b453885f5181f1b624d0b",
    "SHA1,f7c3bc1d808e04732adf679965ccc34ca7ae3441",
    "SHA256,15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
  })
  void theCheckValueOfEachAlgorithmIsTheKnownOne(ChecksumAlgorithm algorithm, String value) {
    byte[] bytes = "123456789".getBytes(StandardCharsets.US_ASCII);
    RunningChecksum checksum = algorithm.start();
    checksum.update(bytes, 0, 4);
    checksum.update(bytes, 4, 5);
    byte[] found = checksum.value();
    assertThat(HexFormat.of().formatHex(found)).isEqualTo(value);
    assertThat(found).hasSize(algorithm.length());
  }

  @Test
  void eightBytesAStepGiveTheSameAsOneByOne() {
    byte[] bytes = new byte[1000];
    new Random(1).nextBytes(bytes);
    Checksum whole = new Crc64Nvme();
    whole.update(bytes, 3, 990);
    Checksum single = new Crc64Nvme();
    for (int i = 3; i < 993; i++) {
      single.update(bytes[i]);
    }
    assertThat(whole.getValue()).isEqualTo(single.getValue());
  }

  @Test
  void namesAreFoundWhateverTheirCase() {
    assertThat(ChecksumAlgorithm.find("crc64nvme")).contains(ChecksumAlgorithm.CRC64NVME);
    assertThat(ChecksumAlgorithm.find("crc99")).isEmpty();
  }
}
