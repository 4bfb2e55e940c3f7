package io.hosu.pipelines;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Place;
import io.hosu.query.engine.EngineSession;
import io.hosu.query.engine.Reading;
import io.hosu.query.engine.Reject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Whether the bad records of a batch are as few as its stage tolerates. */
final class Tolerated {
  private static final String EACH_RECORD = "SELECT 1 AS one FROM input";

  private Tolerated() {}

  /**
   * Returns when they are.
   *
   * @throws Invalid {@link PipelinesError#TOO_MANY_BAD_RECORDS}, in the object that has most of
   *     them
   */
  static void require(StageSpec stage, Reading reading, EngineSession session) {
    Tolerance tolerance = stage.input().tolerance();
    long bad = reading.rejected();
    if (tolerance.equals(Tolerance.ALL)) {
      return;
    }
    long all = bad + session.filled(EACH_RECORD).rows();
    if (tolerance.allows(bad, all)) {
      return;
    }
    Reject worst = worst(reading);
    throw new Invalid(
        PipelinesError.TOO_MANY_BAD_RECORDS,
        "Of %d records of the batch %d cannot be read, which is %s%%; stage %s tolerates %s. %s"
            .formatted(all, bad, percent(bad, all), stage.name(), tolerance, told(worst)),
        "Correct the records and put the object again, or let the stage tolerate more.",
        Place.inObject(worst.object(), worst.line(), worst.text()));
  }

  /** What is to be said of bad records that were left out; none is kept anywhere else. */
  static String note(Reading reading) {
    String many =
        reading.rejected() == 1
            ? "1 record that cannot be read was left out."
            : "%d records that cannot be read were left out.".formatted(reading.rejected());
    return many + " " + told(reading.rejects().getFirst());
  }

  private static String told(Reject reject) {
    return "The first is line %d of object %s: %s"
        .formatted(reject.line(), reject.object(), reject.reason());
  }

  /** The first bad record of the object that has most of those that came back. */
  private static Reject worst(Reading reading) {
    Map<String, Long> counts =
        reading.rejects().stream().collect(groupingBy(Reject::object, counting()));
    long most = counts.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    return reading.rejects().stream()
        .filter(reject -> counts.getOrDefault(reject.object(), 0L) == most)
        .findFirst()
        .orElseThrow();
  }

  private static String percent(long bad, long all) {
    BigDecimal exact =
        BigDecimal.valueOf(bad)
            .movePointRight(2)
            .divide(BigDecimal.valueOf(all), 3, RoundingMode.UP);
    return exact.stripTrailingZeros().toPlainString();
  }
}
