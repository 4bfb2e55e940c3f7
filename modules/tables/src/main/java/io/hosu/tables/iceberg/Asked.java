package io.hosu.tables.iceberg;

import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.iceberg.rest.RESTRequest;

/**
 * A request that changes something, with its body.
 *
 * @param key by which the client knows it when it sends it again
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record Asked(Call call, byte[] body, Optional<String> key) {
  private static final String HEADER = "Idempotency-Key";
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,100}");

  /**
   * Reads the request of {@code call}.
   *
   * @throws Invalid when its body is too large, or its key no key
   */
  static Asked of(Call call) throws IOException {
    Optional<String> key = call.request().header(HEADER);
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "The header %s is '%s'.".formatted(HEADER, key.get()),
          "Send a UUID, a new one for each request.");
    }
    return new Asked(call, call.bytes(Call.BODY_LIMIT), key);
  }

  /**
   * The body.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID}
   */
  <T extends RESTRequest> T read(Class<T> type) {
    return IcebergJson.read(body, type);
  }

  /** What is the same for the same request alone: SHA-256 of method, path, query and body. */
  String hash() {
    MessageDigest digest = Sha256.digest();
    String line =
        String.join(
            "\n", call.request().method(), call.request().path(), call.request().rawQuery(), "");
    digest.update(line.getBytes(StandardCharsets.UTF_8));
    digest.update(body);
    return Sha256.hex(digest);
  }
}
