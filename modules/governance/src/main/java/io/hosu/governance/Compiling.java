package io.hosu.governance;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings together the grants that hold for somebody at one moment. May be used from any thread. */
final class Compiling {
  private final PolicyState state;

  Compiling(PolicyState state) {
    this.state = state;
  }

  /** What {@code principal} may do by itself, or what a bound on it allows. */
  Holder holder(Principal principal, Optional<Bound> within, Instant now) {
    if (within.isEmpty()) {
      return compile(principal, granted(principal), now);
    }
    Principal bare =
        new Principal(
            principal.name(), principal.kind(), false, principal.groups(), principal.attributes());
    return switch (within.get()) {
      case Bound.Domains(var names) ->
          compile(
              bare,
              names.stream()
                  .map(name -> Grant.standing(bare, new Resource.Domain(name), "scope", true)),
              now);
      case Bound.Session(var grants) -> compile(bare, grants.stream(), now);
      case Bound.TableFiles _ -> compile(bare, Stream.empty(), now);
      case Bound.Other(var other) -> compile(other, granted(other), now);
    };
  }

  private Holder compile(Principal principal, Stream<Grant> held, Instant now) {
    List<Grant> grants = new ArrayList<>();
    Instant end = Instant.MAX;
    for (Grant grant : held.toList()) {
      if (grant.terms().isOver(now)) {
        continue;
      }
      grants.add(grant);
      Instant until = grant.terms().until().orElse(end);
      end = until.isBefore(end) ? until : end;
    }
    return new Holder(principal, state, new Sheet(principal, grants, state, end));
  }

  private Stream<Grant> granted(Principal principal) {
    Stream<Grant> itself =
        principal.administrator()
            ? Stream.of(Grant.standing(principal, new Resource.Lake(), "administrator", false))
            : Stream.empty();
    Stream<Grant> owned =
        state.domains().values().stream()
            .filter(domain -> domain.ownedBy(principal))
            .map(domain ->
                Grant.standing(principal, new Resource.Domain(domain.name()), "owner", true));
    return Stream.concat(Stream.concat(itself, owned), state.of(principal));
  }
}
