package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import org.junit.jupiter.api.Test;

/** The example of RFC 8037, appendix A, and what an attacker makes of it. */
class EdDsaTest {
  private static final String KEY = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  private static final String HEADER = "eyJhbGciOiJFZERTQSJ9";
  private static final String PAYLOAD = "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  private static final String SIGNATURE =
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

  private static OctetKeyPair key(Curve curve, String bytes) {
    return new OctetKeyPair.Builder(curve, new Base64URL(bytes)).build();
  }

  private static boolean isSigned(OctetKeyPair key, String... parts) throws ParseException {
    return EdDsa.isSigned(JWSObject.parse(String.join(".", parts)), key);
  }

  @Test
  void aSignatureFitsItsKeyAndNoOther() throws Exception {
    OctetKeyPair key = key(Curve.Ed25519, KEY);

    assertThat(isSigned(key, HEADER, PAYLOAD, SIGNATURE)).isTrue();
    assertThat(isSigned(key(Curve.Ed25519, "A" + KEY.substring(1)), HEADER, PAYLOAD, SIGNATURE))
        .isFalse();
    assertThat(isSigned(key, HEADER, "A" + PAYLOAD.substring(1), SIGNATURE)).isFalse();
    assertThat(isSigned(key, HEADER, PAYLOAD, "A" + SIGNATURE.substring(1))).isFalse();
    assertThat(isSigned(key, HEADER, PAYLOAD, SIGNATURE.substring(0, 40))).isFalse();
  }

  @Test
  void keysOfOtherCurvesAndLengthsSignNothing() throws Exception {
    assertThat(isSigned(key(Curve.X25519, KEY), HEADER, PAYLOAD, SIGNATURE)).isFalse();
    assertThat(isSigned(key(Curve.Ed448, KEY), HEADER, PAYLOAD, SIGNATURE)).isFalse();
    assertThat(isSigned(key(Curve.Ed25519, KEY.substring(4)), HEADER, PAYLOAD, SIGNATURE))
        .isFalse();
  }
}
