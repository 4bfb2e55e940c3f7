package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.Json;
import io.hosu.testing.ManualClock;
import io.hosu.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who guesses credentials waits. */
class SignInLimitsTest {
  private static final String KEY = "key:HOSU1";

  private final ManualClock clock = new ManualClock();
  private final SignInLimits limits = new SignInLimits(clock);

  private void fail(int times, @Nullable String credential, String address) {
    for (int i = 0; i < times; i++) {
      limits.failed(credential, address);
    }
  }

  private boolean isOpen(@Nullable String credential, String address) {
    try {
      limits.require(credential, address);
      return true;
    } catch (Exhausted e) {
      assertThat(e.code()).isEqualTo(GovernanceError.SIGN_INS_SLOWED);
      return false;
    }
  }

  @Test
  void aKeyThatIsGuessedAtIsSlowedWhereverTheGuessesComeFrom() {
    for (int i = 0; i < SignInLimits.FREE_OF_CREDENTIAL; i++) {
      assertThat(isOpen(KEY, "1.1.1." + i)).isTrue();
      fail(1, KEY, "1.1.1." + i);
    }

    assertThat(isOpen(KEY, "9.9.9.9")).isFalse();
    assertThat(isOpen("key:HOSU2", "9.9.9.9")).isTrue();
  }

  @Test
  void eachFailureMoreDoublesTheWaitUpToAMinute() {
    fail(SignInLimits.FREE_OF_CREDENTIAL, KEY, "1.1.1.1");
    for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
      clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
      assertThat(isOpen(KEY, "1.1.1.1")).as("before %s s", seconds).isFalse();
      clock.advance(Duration.ofMillis(1));
      assertThat(isOpen(KEY, "1.1.1.1")).as("after %s s", seconds).isTrue();
      fail(1, KEY, "1.1.1.1");
    }
  }

  @Test
  void whoHasItRightIsNotSlowedByWhatOthersFailWithIt() {
    limits.succeeded(KEY, "2.2.2.2");
    fail(50, KEY, "1.1.1.1");

    assertThat(isOpen(KEY, "2.2.2.2")).isTrue();
    assertThat(isOpen(KEY, "1.1.1.1")).isFalse();
  }

  @Test
  void anAddressThatFailsIsSlowedWhateverItShowsAndOthersAreNot() {
    fail(SignInLimits.FREE_OF_ADDRESS, null, "1.1.1.1");

    assertThat(isOpen(null, "1.1.1.1")).isFalse();
    assertThat(isOpen(KEY, "1.1.1.1")).isFalse();
    assertThat(isOpen(KEY, "2.2.2.2")).isTrue();
    assertThatExceptionOfType(Exhausted.class)
        .isThrownBy(() -> limits.require(null, "1.1.1.1"))
        .withMessageContaining("from your address");
  }

  @Test
  void failuresAreForgottenAfterAWhileWithoutAny() {
    fail(60, KEY, "1.1.1.1");
    clock.advance(SignInLimits.FORGOTTEN_AFTER);

    assertThat(isOpen(KEY, "1.1.1.1")).isTrue();
    fail(1, KEY, "1.1.1.1");
    assertThat(isOpen(KEY, "1.1.1.1")).isTrue();
  }

  @Test
  void whatIsRememberedIsBounded() {
    for (int i = 0; i < 30_000; i++) {
      limits.failed("key:" + i, "address" + i);
    }
    fail(20, KEY, "1.1.1.1");

    assertThat(isOpen(KEY, "3.3.3.3")).isFalse();
    assertThatCode(() -> limits.require("key:0", "address0")).doesNotThrowAnyException();
  }

  @Test
  void aRightTokenWorksBesideGuessesFromTheSameAddress(@TempDir Path data) throws Exception {
    try (TestApi api = new TestApi(TestDatabase.SQLITE, data)) {
      for (int i = 0; i <= SignInLimits.FREE_OF_ADDRESS; i++) {
        api.get("wrong" + i, "/v1/principals");
      }

      assertThat(api.get("wrong", "/v1/principals").status()).isEqualTo(429);
      assertThat(api.get(api.admin, "/v1/principals").status()).isEqualTo(200);
      api.clock.advance(SignInLimits.FORGOTTEN_AFTER.minusSeconds(1));
      api.get("wrong", "/v1/principals");
      assertThat(api.get(api.admin, "/v1/principals").status()).isEqualTo(200);
    }
  }

  @Test
  void theApiTellsWhoGuessesTokensToWait(@TempDir Path data) throws Exception {
    try (TestApi api = new TestApi(TestDatabase.SQLITE, data)) {
      for (int i = 0; i < SignInLimits.FREE_OF_ADDRESS; i++) {
        assertThat(api.get("wrong" + i, "/v1/principals").status()).isEqualTo(401);
      }

      TestApi.Answer answer = api.get("wrong", "/v1/principals");

      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.text("code")).isEqualTo("SIGN_INS_SLOWED");
      assertThat(api.get(api.admin, "/v1/principals").status()).isEqualTo(200);
      assertThat(api.get("wrong", "/v1/principals").status()).isEqualTo(429);
      assertThat(api.get("", "/v1/principals").status()).isEqualTo(429);
    }
  }

  @Test
  void everyTryThatHadToWaitIsCountedInTheAuditAndFewLeaveARecordOfTheirOwn(@TempDir Path data)
      throws Exception {
    try (TestApi api = new TestApi(TestDatabase.SQLITE, data)) {
      for (int i = 0; i < SignInLimits.FREE_OF_ADDRESS + 50; i++) {
        api.get("wrong" + i, "/v1/principals");
      }
      api.clock.advance(Duration.ofMinutes(1));
      api.get(api.admin, "/v1/principals");

      assertThat(failed(api, "UNAUTHENTICATED")).hasSize(SignInLimits.FREE_OF_ADDRESS);
      assertThat(tries(api)).containsExactly(49L, 1L);
      for (int i = 0; i < 3; i++) { // the first has waited long enough
        api.get("wrong", "/v1/principals");
      }
      api.governance.recorder().close();
      assertThat(tries(api)).containsExactly(1L, 1L, 49L, 1L);
    }
  }

  /** How many tries each record tells of, the newest first. */
  private static List<Long> tries(TestApi api) {
    return failed(api, "SIGN_INS_SLOWED").stream()
        .map(detail -> detail.path("tries").asLong())
        .toList();
  }

  private static List<JsonNode> failed(TestApi api, String error) {
    return api
        .governance
        .auditRecords()
        .newest(AuditRecords.Filter.all(), Long.MAX_VALUE, 1000)
        .stream()
        .filter(record -> "DENIED".equals(record.text("decision")))
        .map(record -> Json.parse(String.valueOf(record.text("detail"))))
        .filter(detail -> detail.path("error").asText().equals(error))
        .toList();
  }
}
