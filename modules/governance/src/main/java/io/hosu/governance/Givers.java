package io.hosu.governance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may give something, as far as who asks may know.
 *
 * @param domain the domain in which it lies, when it may be known; null: not
 * @param others who may give it by a grant, as they are written; not administrators
 */
record Givers(Domains.@Nullable Domain domain, List<String> others) {
  /** Nobody of whom who asks may know. */
  static final Givers UNKNOWN = new Givers(null, List.of());

  private static final int MOST = 5;

  Givers {
    others = List.copyOf(others);
  }

  /**
   * Who may give {@code permission} on something.
   *
   * @param domain the domain in which it lies, for who may know that
   */
  static Givers in(
      PolicyState state,
      Optional<Domains.Domain> domain,
      Permission permission,
      Resource resource) {
    return domain
        .map(known ->
            new Givers(
                known,
                state.giving().of(permission, state.tags().around(resource)).stream()
                    .filter(name -> !name.equals(known.owner()))
                    .toList()))
        .orElse(UNKNOWN);
  }

  /** In a sentence. */
  String sentence(Resource resource) {
    if (resource.domainName().isEmpty()) {
      return "Administrators can give it.";
    }
    if (domain == null) {
      return "The domain's owner and administrators can give it.";
    }
    List<String> all = new ArrayList<>();
    all.add("The owner of the domain %s (%s)".formatted(domain.name(), domain.owner()));
    others.stream().limit(MOST).forEach(all::add);
    if (others.size() > MOST) {
      all.add("%d more".formatted(others.size() - MOST));
    }
    return "%s and administrators can give it.".formatted(String.join(", ", all));
  }

  /** The same for scripts. */
  List<String> names(Resource resource) {
    List<String> all = new ArrayList<>();
    if (resource.domainName().isPresent()) {
      all.add(domain == null ? "owner" : domain.owner());
      others.stream().limit(MOST).forEach(all::add);
    }
    all.add(Missing.ADMINISTRATORS);
    return all;
  }
}
