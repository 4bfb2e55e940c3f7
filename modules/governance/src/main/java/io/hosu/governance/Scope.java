package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Json;
import io.hosu.kernel.Suggestions;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a credential is good for.
 *
 * @param doors by which doors; empty: all
 * @param domains in which domains; empty: all, and what belongs to none
 */
public record Scope(Set<Door> doors, NavigableSet<String> domains) {
  private static final Scope ALL = new Scope(Set.of(), new TreeSet<>());

  /** The doors to which credentials are good. */
  private static final List<Door> DOORS = List.of(Door.API, Door.SQL, Door.S3, Door.ICEBERG);

  public Scope {
    doors = Collections.unmodifiableSet(copy(doors));
    domains = Collections.unmodifiableNavigableSet(new TreeSet<>(domains));
  }

  /** Whatever its principal may do. */
  public static Scope all() {
    return ALL;
  }

  /**
   * Reads the names of doors.
   *
   * @throws Invalid {@link GovernanceError#CREDENTIAL_INVALID} with a suggestion
   */
  static Set<Door> doors(Collection<String> texts) {
    List<String> known = DOORS.stream().map(GovernanceJson::word).toList();
    EnumSet<Door> doors = EnumSet.noneOf(Door.class);
    for (String text : texts) {
      String word = text.strip().toLowerCase(Locale.ROOT);
      if (!known.contains(word)) {
        throw new Invalid(
            GovernanceError.CREDENTIAL_INVALID,
            "'%s' is not a door of tokens%s".formatted(text, Suggestions.ending(word, known)),
            "Use one of: %s.".formatted(String.join(", ", known)));
      }
      doors.add(Door.valueOf(word.toUpperCase(Locale.ROOT)));
    }
    return doors;
  }

  /** Whether it is good for this door. */
  boolean opens(Door door) {
    return doors.isEmpty() || doors.contains(door);
  }

  /** Whether it is good for nothing that {@code other} is not good for. */
  boolean liesIn(Scope other) {
    boolean doorsLie =
        other.doors.isEmpty() || (!doors.isEmpty() && other.doors.containsAll(doors));
    boolean domainsLie =
        other.domains.isEmpty() || (!domains.isEmpty() && other.domains.containsAll(domains));
    return doorsLie && domainsLie;
  }

  /** How a principal acts with it. */
  Acting acting() {
    return domains.isEmpty()
        ? Acting.AS_ITSELF
        : Acting.AS_ITSELF.within(new Bound.Domains(domains));
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    var doorWords = json.putArray("doors");
    doors.stream().map(GovernanceJson::word).forEach(doorWords::add);
    var domainNames = json.putArray("domains");
    domains.forEach(domainNames::add);
    return json;
  }

  static Scope fromJson(JsonNode json) {
    Set<Door> doors = doors(json.path("doors").valueStream().map(JsonNode::asText).toList());
    NavigableSet<String> domains = new TreeSet<>();
    json.path("domains").forEach(domain -> domains.add(domain.asText()));
    return new Scope(doors, domains);
  }

  private static EnumSet<Door> copy(Set<Door> doors) {
    EnumSet<Door> copy = EnumSet.noneOf(Door.class);
    copy.addAll(doors);
    return copy;
  }
}
