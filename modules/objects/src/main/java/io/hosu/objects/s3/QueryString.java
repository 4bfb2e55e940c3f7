package io.hosu.objects.s3;

import io.hosu.http.PercentCoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The query of a request as S3 reads it: a parameter may lack a value, and {@code +} is a space.
 */
final class QueryString {
  private final List<Parameter> parameters;

  private QueryString(List<Parameter> parameters) {
    this.parameters = List.copyOf(parameters);
  }

  /** A parameter, decoded; the value is empty when there is none. */
  record Parameter(String name, String value) {}

  /** Reads what stands behind {@code ?}. */
  static QueryString parse(String raw) {
    List<Parameter> parameters = new ArrayList<>();
    for (String part : raw.split("&", -1)) {
      if (!part.isEmpty()) {
        int at = part.indexOf('=');
        String name = at < 0 ? part : part.substring(0, at);
        parameters.add(new Parameter(decode(name), at < 0 ? "" : decode(part.substring(at + 1))));
      }
    }
    return new QueryString(parameters);
  }

  private static String decode(String text) {
    return PercentCoding.decodeForm(text)
        .orElseThrow(
            () -> S3Error.INVALID_URI.failure("The query holds '%s', no UTF-8.".formatted(text)));
  }

  List<Parameter> parameters() {
    return parameters;
  }

  List<String> names() {
    return parameters.stream().map(Parameter::name).toList();
  }

  boolean has(String name) {
    return names().contains(name);
  }

  Optional<String> find(String name) {
    return parameters.stream()
        .filter(parameter -> parameter.name().equals(name))
        .map(Parameter::value)
        .findFirst();
  }

  /** The value, or empty text when the parameter is missing. */
  String text(String name) {
    return find(name).orElse("");
  }
}
