package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what the engine of a session asks, and keeps the first failure of that. */
final class VaultDesk {
  private final VaultCalls calls;
  private @Nullable RuntimeException failure;

  VaultDesk(VaultCalls calls) {
    this.calls = calls;
  }

  /** The answer to a question: its texts, or that it failed, without a reason. */
  ObjectNode answer(JsonNode question) {
    ObjectNode answer = Json.object().put("id", question.path("id").asLong());
    if (failure != null) {
      return answer.put("failed", true);
    }
    List<String> texts = Wire.texts(question.path("texts"));
    String domain = question.path("domain").asText();
    try {
      ArrayNode all = answer.putArray("texts");
      List<? extends @Nullable String> found =
          domain.isEmpty() ? calls.values(texts) : calls.tokens(domain, texts);
      found.forEach(all::add);
      return answer;
    } catch (RuntimeException e) {
      failure = e;
      return answer.put("failed", true);
    }
  }

  /** Throws what failed, which the SQL may have gone on without, as with {@code TRY}. */
  void check() {
    RuntimeException first = failure;
    failure = null;
    if (first != null) {
      throw first;
    }
  }
}
