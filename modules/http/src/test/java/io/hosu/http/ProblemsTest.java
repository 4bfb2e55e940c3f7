package io.hosu.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  private static String detail(String what) {
    var failure = new Invalid(HttpError.PARAMETER_INVALID, what, "Send less.");
    return Problems.problem(400, failure, Json.object()).path("detail").asText();
  }

  @Test
  void aDetailRepeatsWhatWasSentOnlyInPart() {
    String all = "Begin" + "x".repeat(1_000_000) + "end.";

    assertThat(detail(all))
        .hasSizeLessThan(5000)
        .startsWith("Begin")
        .contains(" ... (996009 characters are left out) ... ")
        .endsWith("end.");
    assertThat(detail("Short.")).isEqualTo("Short.");
  }
}
