package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.ConstantTime;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Facts that a client carries and cannot change: signed with HMAC-SHA256 under a key of their
 * purpose. So what is issued with every answer needs no row. May be used from any thread.
 */
final class Seal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LONGEST = 4_000;

  private final String prefix;
  private final SecretKeySpec key;

  /**
   * A seal.
   *
   * @param prefix how sealed texts begin, which also says their purpose
   */
  Seal(RootKey rootKey, String prefix) {
    this.prefix = prefix;
    this.key = new SecretKeySpec(rootKey.derive("seal", prefix), ALGORITHM);
  }

  /** The text that stands for {@code facts}: letters, digits, {@code - _ .}. */
  String close(ObjectNode facts) {
    String body = base64(Json.print(facts).getBytes(StandardCharsets.UTF_8));
    return prefix + body + "." + mac(body);
  }

  /** The facts of a text that {@link #close} made under this key; empty for every other text. */
  Optional<JsonNode> open(String text) {
    int dot = text.lastIndexOf('.');
    if (!text.startsWith(prefix) || dot < prefix.length() || text.length() > LONGEST) {
      return Optional.empty();
    }
    String body = text.substring(prefix.length(), dot);
    if (!ConstantTime.same(mac(body), text.substring(dot + 1))) {
      return Optional.empty();
    }
    try {
      byte[] json = Base64.getUrlDecoder().decode(body);
      return Optional.of(Json.parse(new String(json, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException | Invalid e) {
      return Optional.empty();
    }
  }

  /** A secret that only who has the key can find for {@code text}. */
  Secret secretOf(String text) {
    return new Secret(mac("secret\0" + text));
  }

  private String mac(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return base64(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A text cannot be signed.", e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
