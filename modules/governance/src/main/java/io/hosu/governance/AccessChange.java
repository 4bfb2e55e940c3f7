package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What some principals will be able to do that they cannot do now, or the other way round.
 *
 * @param effect in which direction
 * @param permission to do what; {@code SELECT} for all that is about seeing tables
 * @param on on what: for {@code SELECT} a table, or a column of it where only that changes
 * @param before what is possible now, in words for people; {@code nothing} where nothing is
 * @param after what will be
 * @param principals all to whom just this happens, with their kinds: {@code user:alice}; at least
 *     one
 */
public record AccessChange(
    Effect effect,
    Permission permission,
    Resource on,
    String before,
    String after,
    SortedSet<String> principals) {
  /** What somebody cannot do is called so in {@code before} and {@code after}. */
  static final String NOTHING = "nothing";

  /** The order in which people look at them: what is gained first. */
  static final Comparator<AccessChange> ORDER =
      Comparator.comparing(AccessChange::effect)
          .thenComparing(change -> change.on().toString())
          .thenComparing(AccessChange::permission)
          .thenComparing(AccessChange::after)
          .thenComparing(change -> change.principals().toString());

  /** A direction. */
  public enum Effect {
    /** More is possible than before. */
    GAINS,
    /** Other things are possible than before, neither more nor less for sure. */
    CHANGES,
    /** Less is possible than before. */
    LOSES
  }

  public AccessChange {
    principals = Collections.unmodifiableSortedSet(new TreeSet<>(principals));
  }

  /** How many of the principals are users. */
  public int people() {
    return (int) principals.stream().filter(name -> name.startsWith("user:")).count();
  }

  /** The fields {@code effect, permission, on, before, after, people, principals}. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("effect", GovernanceJson.word(effect)).put("permission", permission.name());
    json.put("on", on.toString()).put("before", before).put("after", after);
    json.put("people", people());
    ArrayNode names = json.putArray("principals");
    principals.forEach(names::add);
    return json;
  }
}
