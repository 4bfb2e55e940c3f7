package io.hosu.pipelines;

import io.hosu.kernel.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Declarations of stages as they were read last, so that a change of one does not cost reading all
 * others again. May be used from any thread.
 */
final class ReadSpecs {
  private volatile Map<String, StageSpec> known = Map.of();

  /** The stages of these texts, in order; what is not among them is forgotten. */
  List<StageSpec> read(List<String> texts) {
    Map<String, StageSpec> before = known;
    Map<String, StageSpec> now = HashMap.newHashMap(texts.size());
    for (String text : texts) {
      StageSpec stage = before.get(text);
      now.put(text, stage == null ? StageSpec.fromJson(Json.parse(text)) : stage);
    }
    known = now;
    return texts.stream().map(now::get).toList();
  }
}
