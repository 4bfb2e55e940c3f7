package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.testing.ManualClock;
import io.hosu.testing.OidcServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The keys of a real provider, which rotates them and goes away. */
@Timeout(60)
class OidcProviderTest {
  private final ManualClock clock = new ManualClock();
  private final OidcServer server = new OidcServer(clock);
  private final OidcProvider provider = new OidcProvider(server.issuer(), clock);

  @AfterEach
  void close() {
    server.close();
  }

  private boolean knows(String key) {
    return !provider
        .keysFor(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key).build())
        .isEmpty();
  }

  private void isAway(String key) {
    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> knows(key))
        .satisfies(e -> {
          assertThat(e.code()).isEqualTo(GovernanceError.OIDC_UNAVAILABLE);
          assertThat(e.remedy()).contains("Try again in 30 s");
        });
  }

  @Test
  void aKeyThatItRotatesToIsKnownAtOnceAndTheOneBeforeIsForgotten() {
    assertThat(knows("1")).isTrue();
    clock.advance(OidcProvider.PAUSE);

    server.rotate();
    assertThat(knows("2")).isTrue();
    assertThat(knows("1")).isFalse();
    assertThat(server.timesAsked()).isEqualTo(2);
  }

  @Test
  void aKeyThatItShowsNoMoreIsForgottenSoonThoughNobodyUsesAnother() {
    assertThat(knows("1")).isTrue();
    server.rotate();

    clock.advance(OidcProvider.FRESH.minusSeconds(1));
    assertThat(knows("1")).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(knows("1")).isFalse();
  }

  @Test
  void whileItIsAwayItsKeysHoldForAWhile() {
    assertThat(knows("1")).isTrue();
    server.goAway();

    clock.advance(OidcProvider.HELD.minusSeconds(1));
    assertThat(knows("1")).isTrue();
    isAway("2");
    clock.advance(Duration.ofSeconds(1));
    isAway("1");
  }

  @Test
  void whoIsAwayFromTheBeginningIsAskedAgainAfterHalfAMinute() {
    server.goAway();
    isAway("1");
    server.comeBack();
    isAway("1");

    clock.advance(OidcProvider.PAUSE);
    assertThat(knows("1")).isTrue();
  }

  @Test
  void whoCallsItselfOtherwiseIsNotTheProvider() {
    String other = server.issuer().replace("localhost", "127.0.0.1");

    assertThatExceptionOfType(Unavailable.class)
        .isThrownBy(() -> new OidcProvider(other, clock).discovery())
        .withMessageContaining("is the document of '%s', not of '%s'", server.issuer(), other);
  }
}
