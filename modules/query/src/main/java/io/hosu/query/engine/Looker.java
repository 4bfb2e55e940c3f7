package io.hosu.query.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out how objects are written and what they hold, in engines: what strangers put is never
 * read in the server's own process. May be used from any thread.
 */
public final class Looker {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final EnginePool pool;

  public Looker(EnginePool pool) {
    this.pool = pool;
  }

  /**
   * An object to look at.
   *
   * @param path the file that holds it
   * @param object its name, {@code LAYER/KEY}
   */
  public record Looked(Path path, String object) {}

  /** What each object shows, in their order. One that cannot be read does not hold up others. */
  public List<ObjectLook> look(List<Looked> objects) {
    try {
      return ask(objects);
    } catch (HosuException e) {
      if (objects.size() == 1 && isOfObject(e)) {
        String object = objects.getFirst().object();
        return List.of(ObjectLook.unreadable(object, "An engine ended over it: " + e.what()));
      }
      if (objects.size() == 1 || !isOfObject(e)) {
        throw e;
      }
    }
    List<ObjectLook> found = new ArrayList<>();
    for (Looked object : objects) {
      found.addAll(look(List.of(object)));
    }
    return found;
  }

  private static boolean isOfObject(HosuException e) {
    return e.code() == QueryError.ENGINE_CRASHED
        || e.code() == QueryError.MEMORY_EXCEEDED
        || e.code() == QueryError.QUERY_TIMEOUT;
  }

  private List<ObjectLook> ask(List<Looked> objects) {
    ObjectNode operation = Json.object().put("op", "look");
    ArrayNode files = operation.putArray("files");
    objects.forEach(
        one -> files.addObject().put("path", one.path().toString()).put("object", one.object()));
    List<ObjectLook> found = new ArrayList<>();
    pool.operate(operation, TIMEOUT)
        .path("looks")
        .forEach(look -> found.add(ObjectLook.fromJson(look)));
    return found;
  }
}
