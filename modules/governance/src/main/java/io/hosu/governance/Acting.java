package io.hosu.governance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * In what way a principal acts: as itself, by credentials that are good for less than all of its
 * rights, or with somebody else behind it.
 *
 * @param person who really acts, for example {@code user:alice}; empty: the principal itself
 * @param bounds what narrows its rights: it may do only what each of them allows too
 */
public record Acting(Optional<String> person, List<Bound> bounds) {
  /** As itself, with all of its rights. */
  public static final Acting AS_ITSELF = new Acting(Optional.empty(), List.of());

  public Acting {
    bounds = List.copyOf(bounds);
  }

  /** The same within one bound more. */
  Acting within(Bound more) {
    List<Bound> all = new ArrayList<>(bounds);
    all.add(more);
    return new Acting(person, all);
  }
}
