package io.hosu.query.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

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

  /** What engines can be asked about objects: the operation, and what becomes of its answer. */
  private record Question<T>(
      String operation,
      String answer,
      Function<JsonNode, T> read,
      BiFunction<String, String, T> unreadable) {}

  private static final Question<ObjectLook> LOOK =
      new Question<>("look", "looks", ObjectLook::fromJson, ObjectLook::unreadable);

  private static final Question<FileFooter> FOOTERS =
      new Question<>("footers", "footers", FileFooter::fromJson, FileFooter::unreadable);

  /** What each object shows, in their order. One that cannot be read does not hold up others. */
  public List<ObjectLook> look(List<Looked> objects) {
    return ask(LOOK, objects);
  }

  /**
   * What the footers of objects say that are to be Parquet, in their order. One that is none does
   * not hold up others.
   */
  public List<FileFooter> footers(List<Looked> objects) {
    return ask(FOOTERS, objects);
  }

  private <T> List<T> ask(Question<T> of, List<Looked> objects) {
    try {
      return together(of, objects);
    } catch (HosuException e) {
      if (objects.size() == 1 && isOfObject(e)) {
        String object = objects.getFirst().object();
        return List.of(of.unreadable().apply(object, "An engine ended over it: " + e.what()));
      }
      if (objects.size() == 1 || !isOfObject(e)) {
        throw e;
      }
    }
    List<T> found = new ArrayList<>();
    for (Looked object : objects) {
      found.addAll(ask(of, List.of(object)));
    }
    return found;
  }

  private static boolean isOfObject(HosuException e) {
    return e.code() == QueryError.ENGINE_CRASHED
        || e.code() == QueryError.MEMORY_EXCEEDED
        || e.code() == QueryError.QUERY_TIMEOUT;
  }

  private <T> List<T> together(Question<T> of, List<Looked> objects) {
    ObjectNode operation = Json.object().put("op", of.operation());
    ArrayNode files = operation.putArray("files");
    objects.forEach(
        one -> files.addObject().put("path", one.path().toString()).put("object", one.object()));
    List<T> found = new ArrayList<>();
    pool.operate(operation, TIMEOUT)
        .path(of.answer())
        .forEach(one -> found.add(of.read().apply(one)));
    return found;
  }
}
