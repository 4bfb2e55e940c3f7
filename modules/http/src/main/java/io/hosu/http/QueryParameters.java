package io.hosu.http;

import io.hosu.kernel.HosuException.Invalid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads what stands after {@code ?}. */
final class QueryParameters {
  private QueryParameters() {}

  static Map<String, List<String>> parse(String raw) {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.computeIfAbsent(decode(name), _ -> new ArrayList<>(1)).add(decode(value));
      }
    }
    return Collections.unmodifiableMap(parameters);
  }

  private static String decode(String encoded) {
    return PercentCoding.decodeForm(encoded)
        .orElseThrow(() ->
            new Invalid(
                HttpError.PARAMETER_INVALID,
                "The query of the request is not percent-encoded UTF-8.",
                "Encode names and values as UTF-8 with percent signs for what is not a letter or digit."));
  }
}
