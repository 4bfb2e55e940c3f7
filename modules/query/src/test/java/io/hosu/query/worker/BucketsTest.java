package io.hosu.query.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.iceberg.util.BucketUtil;
import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void theSpecificationsValuesComeOut() {
    assertThat(Buckets.hash(34L)).isEqualTo(2017239379);
    assertThat(Buckets.hash("iceberg")).isEqualTo(1210000089);
  }

  @Test
  void everyHashIsIcebergs() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      long number = random.nextLong() >> random.nextInt(64);
      assertThat(Buckets.hash(number)).isEqualTo(BucketUtil.hash(number));
      String text =
          random
              .ints(i % 23, 1, 0x2000)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      assertThat(Buckets.hash(text)).isEqualTo(BucketUtil.hash(text));
    }
  }
}
