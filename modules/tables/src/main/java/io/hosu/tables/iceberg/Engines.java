package io.hosu.tables.iceberg;

import io.hosu.governance.Bound;
import io.hosu.governance.Principal;
import io.hosu.governance.Principals;
import java.util.Optional;

/**
 * Which engine a request comes through: a service that is trusted to leave out by itself what must
 * not be seen of a table. May be used from any thread.
 */
final class Engines {
  private final Principals principals;

  Engines(Principals principals) {
    this.principals = principals;
  }

  /** The engine that {@code asking} is, or that asks as {@code asking}; as it signs in. */
  Optional<Principal> of(Principal asking) {
    Principal signedIn =
        asking.acting().bounds().stream()
            .filter(Bound.Other.class::isInstance)
            .map(other -> ((Bound.Other) other).other())
            .findFirst()
            .orElse(asking);
    return principals.keepsLimits(signedIn.name()) ? Optional.of(signedIn) : Optional.empty();
  }
}
