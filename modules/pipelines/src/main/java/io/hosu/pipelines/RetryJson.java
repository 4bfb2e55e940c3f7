package io.hosu.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Durations;
import io.hosu.kernel.Json;
import java.math.BigDecimal;
import java.time.Duration;

/** The JSON form of a {@link Retry}; one from before it could say more reads as it was meant. */
final class RetryJson {
  private RetryJson() {}

  static ObjectNode write(Retry retry) {
    ObjectNode json = Json.object();
    json.put("attempts", retry.attempts());
    json.put("interval", Durations.print(retry.waits().interval()));
    json.put("backoff", retry.waits().backoff());
    json.put("max_delay", Durations.print(retry.waits().maxDelay()));
    json.put("jitter", StageJson.word(retry.waits().jitter()));
    Duration budget = retry.budget();
    if (budget != null) {
      json.put("budget", Durations.print(budget));
    }
    json.set("soft", StageJson.array(retry.faults().soft()));
    json.set("hard", StageJson.array(retry.faults().hard()));
    return json;
  }

  static Retry read(JsonNode json) {
    Duration interval = Durations.parse(StageJson.text(json, "interval"));
    BigDecimal backoff = json.path("backoff").decimalValue();
    return new Retry(
        StageJson.number(json, "attempts"),
        json.has("max_delay")
            ? new Retry.Waits(
                interval,
                backoff,
                Durations.parse(StageJson.text(json, "max_delay")),
                StageJson.constant(Retry.Jitter.class, StageJson.text(json, "jitter")))
            : Retry.Waits.of(interval, backoff),
        json.has("budget") ? Durations.parse(StageJson.text(json, "budget")) : null,
        Faults.of(StageJson.texts(json, "soft"), StageJson.texts(json, "hard")));
  }
}
