package io.hosu.query.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.query.engine.Frames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server for tokens and their values while SQL runs, in parts, and remembers some answers
 * until the session ends. May be used from any thread.
 */
final class ServerCalls {
  private static final int MOST_CHARS = 4 << 20;

  private final Frames frames;
  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private final Remembered remembered = new Remembered();

  ServerCalls(Frames frames) {
    this.frames = frames;
  }

  /** What the server said; the thread that reads brings it. */
  void answered(JsonNode answer) {
    CompletableFuture<JsonNode> waiting = open.remove(answer.path("id").asLong());
    if (waiting != null) {
      waiting.complete(answer);
    }
  }

  /** Forgets all answers. */
  void forget() {
    remembered.clear();
  }

  /**
   * The answers for {@code texts}, null for what has none.
   *
   * @param domain whose tokens are asked for; empty: the values of tokens are
   * @throws IOException when the server refuses, for a reason that it knows itself
   */
  Map<String, @Nullable String> ask(String domain, Collection<String> texts) throws IOException {
    Map<String, @Nullable String> answers = new HashMap<>();
    List<String> part = new ArrayList<>();
    long chars = 0;
    for (String text : new LinkedHashSet<>(texts)) {
      if (remembered.put(domain, text, answers)) {
        continue;
      }
      part.add(text);
      chars += text.length();
      if (chars > MOST_CHARS) {
        exchange(domain, part, answers);
        part.clear();
        chars = 0;
      }
    }
    if (!part.isEmpty()) {
      exchange(domain, part, answers);
    }
    return answers;
  }

  private void exchange(String domain, List<String> texts, Map<String, @Nullable String> answers)
      throws IOException {
    long id = ids.incrementAndGet();
    CompletableFuture<JsonNode> waiting = new CompletableFuture<>();
    open.put(id, waiting);
    ObjectNode question = Json.object().put("id", id).put("domain", domain);
    texts.forEach(question.putArray("texts")::add);
    frames.write(Frames.ASK, question);
    JsonNode answer = waiting.join();
    if (answer.path("failed").asBoolean()) {
      throw new IOException("The server does not answer that.");
    }
    for (int i = 0; i < texts.size(); i++) {
      JsonNode one = answer.path("texts").path(i);
      String found = one.isTextual() ? one.asText() : null;
      answers.put(texts.get(i), found);
      remembered.add(domain, texts.get(i), found);
    }
  }
}
