package io.hosu.pipelines.crawl;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;

/** Objects that are in no table, each with the reason; of very many the first. */
final class LeftOut {
  private static final int MOST = 100;

  private final List<Reason> reasons = new ArrayList<>();
  private long count;

  /** One object, and why it is in no table. */
  record Reason(String object, String why) {}

  void add(String object, String why) {
    count++;
    if (reasons.size() < MOST) {
      reasons.add(new Reason(object, why));
    }
  }

  /** How many there are. */
  long count() {
    return count;
  }

  /** The first of them. */
  List<Reason> reasons() {
    return List.copyOf(reasons);
  }

  ArrayNode toJson() {
    ArrayNode json = Json.array();
    reasons.forEach(one -> json.addObject().put("object", one.object()).put("reason", one.why()));
    return json;
  }
}
