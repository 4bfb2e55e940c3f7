package io.hosu.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.JsonFields;
import io.hosu.kernel.Durations;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Instants;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads which dead letters are meant: those that fit {@code queue}, {@code stage}, {@code
 * pipeline}, {@code domain}, {@code since}, {@code until}, {@code code} and {@code text}, as far as
 * these are given, all of them.
 */
final class DeadLetterFilters {
  /** What names of queues may begin with, and how it is written in full. */
  private static final Map<String, String> WITHIN =
      new TreeMap<>(
          Map.of(
              "queue", "",
              "stage", "DOMAIN.PIPELINE.STAGE",
              "pipeline", "DOMAIN.PIPELINE",
              "domain", ""));

  private static final Set<String> FIELDS =
      Set.of("queue", "stage", "pipeline", "domain", "since", "until", "code", "text");

  private DeadLetterFilters() {}

  /**
   * What the parameters of a request say.
   *
   * @throws Invalid {@link HttpError#PARAMETER_INVALID}
   */
  static DeadLetterFilter of(Call call, InstantSource clock) {
    Function<String, Optional<String>> parameters = call::text;
    return new DeadLetterFilter(
        within(HttpError.PARAMETER_INVALID, parameters),
        call.since(clock),
        call.time("until", clock),
        parameters.apply("code"),
        parameters.apply("text"));
  }

  /**
   * What the object {@code where} of a body says, which must say something.
   *
   * @throws Invalid {@link HttpError#BODY_INVALID}
   */
  static DeadLetterFilter of(ObjectNode where, InstantSource clock) {
    JsonFields fields = new JsonFields(where, FIELDS).filled();
    if (where.isEmpty()) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "The object 'where' has no condition.",
          "Give one, for example {\"stage\": \"shop.orders.clean\"}; or say {\"all\": true}.");
    }
    return new DeadLetterFilter(
        within(HttpError.BODY_INVALID, fields::optionalText),
        fields.optionalText("since").map(text -> moment("since", text, clock)),
        fields.optionalText("until").map(text -> moment("until", text, clock)),
        fields.optionalText("code"),
        fields.optionalText("text"));
  }

  private static List<String> within(ErrorCode code, Function<String, Optional<String>> values) {
    WITHIN.forEach((name, form) ->
        values.apply(name).ifPresent(value -> requireFull(code, name, value, form)));
    return WITHIN.keySet().stream().flatMap(name -> values.apply(name).stream()).toList();
  }

  /** A part of a name would find nothing, as if nothing had failed. */
  private static void requireFull(ErrorCode code, String name, String value, String form) {
    if (form.split("\\.").length > value.split("\\.").length) {
      throw new Invalid(code, "'%s' is '%s'.".formatted(name, value), "Write it in full: " + form);
    }
  }

  private static Instant moment(String field, String text, InstantSource clock) {
    try {
      return text.contains("T")
          ? Instants.parse(text)
          : clock.instant().minus(Durations.parse(text));
    } catch (DateTimeException | ArithmeticException | Invalid e) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "'%s' is '%s', which is neither an instant nor a duration.".formatted(field, text),
          "Give an instant such as 2026-11-25T17:00:00Z, or a duration such as 15m.",
          e);
    }
  }
}
