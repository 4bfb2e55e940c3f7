package io.hosu.governance;

import io.hosu.store.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tells of which domains the tables are clones of those of another; the catalog does. */
public interface ClonedDomains {
  /** Where nothing is cloned. */
  ClonedDomains NONE = _ -> Cloned.NOTHING;

  /** As it is now. */
  Cloned all(Transaction tx);

  /** To be said by whoever changes it, as part of the transaction that does. */
  static void changed(Transaction tx, String domain) {
    PolicyVersion.advance(tx, PolicyVersion.Kind.DOMAIN, domain);
  }

  /**
   * Which are clones of which.
   *
   * @param sources by domain, those that something in it is cloned from, or in files that are left
   *     of what was dropped: each but one step, as a clone may be cloned
   * @param present the domains that are clones now
   */
  record Cloned(Map<String, Set<String>> sources, Set<String> present) {
    static final Cloned NOTHING = new Cloned(Map.of(), Set.of());

    public Cloned {
      sources = Map.copyOf(sources);
      present = Set.copyOf(present);
    }

    /** What {@code resource}, which lies in a clone, is cloned from; nothing elsewhere. */
    Set<String> sourcesOf(Resource resource) {
      return sources.isEmpty()
          ? Set.of()
          : resource.domainName().map(this::allSourcesOf).orElse(Set.of());
    }

    /**
     * What a domain is cloned from, and what that is cloned from, to the end: each of them may hide
     * what those before it show.
     */
    public Set<String> allSourcesOf(String domain) {
      Set<String> all = new HashSet<>();
      Deque<String> left = new ArrayDeque<>(List.of(domain));
      while (!left.isEmpty()) {
        Optional.ofNullable(sources.get(left.pop())).orElse(Set.of()).stream()
            .filter(all::add)
            .forEach(left::push);
      }
      return all;
    }
  }
}
