package io.hosu.governance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * In what way a principal acts: as itself, by credentials that are good for less than all of its
 * rights, or with somebody else behind it.
 *
 * @param person who really acts, for example {@code user:alice}; empty: the principal itself
 * @param personsLife in which life of that person; empty: of one that is not kept
 * @param bounds what narrows its rights: it may do only what each of them allows too
 * @param claimed what its credentials say of it
 */
public record Acting(
    Optional<String> person, String personsLife, List<Bound> bounds, Claimed claimed) {
  /** As itself, with all of its rights. */
  public static final Acting AS_ITSELF = claiming(Claimed.NOTHING);

  public Acting {
    bounds = List.copyOf(bounds);
  }

  /** What {@code person} does as another, within {@code bounds}. */
  static Acting of(Actor person, List<Bound> bounds) {
    return new Acting(
        Optional.of(person.person().orElse(person.principal())),
        person.life(),
        bounds,
        Claimed.NOTHING);
  }

  /**
   * What credentials say of who shows them, and which nobody keeps.
   *
   * @param groups to which it belongs beside its own
   * @param until when that ends
   */
  public record Claimed(SortedSet<String> groups, Instant until) {
    static final Claimed NOTHING = new Claimed(new TreeSet<>(), Instant.MAX);

    public Claimed {
      groups = Collections.unmodifiableSortedSet(new TreeSet<>(groups));
    }
  }

  /** As itself, of whom its credentials say something. */
  static Acting claiming(Claimed claimed) {
    return new Acting(Optional.empty(), "", List.of(), claimed);
  }

  /** The table whose files are all that it may touch, if it acts by a key for such. */
  public Optional<Bound.TableFiles> files() {
    return bounds.stream()
        .filter(Bound.TableFiles.class::isInstance)
        .map(Bound.TableFiles.class::cast)
        .findFirst();
  }

  /** The same without one of its bounds. */
  Acting without(Bound one) {
    return new Acting(
        person, personsLife, bounds.stream().filter(bound -> !bound.equals(one)).toList(), claimed);
  }

  /** The same within one bound more. */
  Acting within(Bound more) {
    List<Bound> all = new ArrayList<>(bounds);
    all.add(more);
    return new Acting(person, personsLife, all, claimed);
  }
}
