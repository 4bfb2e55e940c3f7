package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A list of the API, item by item; its pages are asked for as they are needed. */
final class ItemList implements Iterator<JsonNode> {
  private static final int PAGE = 500;

  private final LakeClient client;
  private final ApiPath path;
  private final Deque<JsonNode> items = new ArrayDeque<>();
  private final long limit;
  private long given;
  private String next = "";
  private boolean last;

  /**
   * A list.
   *
   * @param limit how many items at most; 0 means all
   */
  ItemList(LakeClient client, ApiPath path, long limit) {
    this.client = client;
    this.path = path;
    this.limit = limit <= 0 ? Long.MAX_VALUE : limit;
  }

  @Override
  public boolean hasNext() {
    return given < limit && available();
  }

  @Override
  public JsonNode next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    given++;
    return items.removeFirst();
  }

  /** Whether the limit ended the list before its end. */
  boolean isCut() {
    return given == limit && (!items.isEmpty() || !last);
  }

  private boolean available() {
    while (items.isEmpty() && !last) {
      ask();
    }
    return !items.isEmpty();
  }

  private void ask() {
    long wanted = Math.min(PAGE, limit - given);
    JsonNode page = client.get(path.query("limit", Long.toString(wanted)).query("next", next));
    JsonNode list = page.isArray() ? page : page.path("items");
    list.forEach(items::add);
    next = page.path("next").asText("");
    last = next.isEmpty() || next.equals("null");
  }
}
