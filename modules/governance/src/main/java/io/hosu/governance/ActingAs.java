package io.hosu.governance;

import io.hosu.http.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Administrators who ask as somebody else would, to see what they see, and engines that keep to
 * limits, at the Iceberg door, for those who work through them: with the fewer rights of the two,
 * and both on record. May be used from any thread.
 */
final class ActingAs {
  /** The header of a request that names as whom. */
  static final String HEADER = "Hosu-As";

  private final Principals principals;
  private final Policy policy;

  ActingAs(Principals principals, Policy policy) {
    this.principals = principals;
    this.policy = policy;
  }

  /** As whom a request is to be answered; empty: as who sent it. */
  static Optional<String> wanted(Request request) {
    return request.header(HEADER);
  }

  /** Whether {@code self} may ask as others. */
  boolean may(Principal self, Door door) {
    return (door == Door.ICEBERG && principals.keepsLimits(self.name()))
        || policy.decide(self, Permission.ADMIN, new Resource.Lake()) instanceof Decision.Allowed;
  }

  /** Records that {@code caller} may not, and refuses it. */
  void refuse(Caller caller) {
    policy.require(caller, Permission.ADMIN, new Resource.Lake());
  }

  /**
   * Who asks as the principal of this name.
   *
   * @throws io.hosu.kernel.HosuException.NotFound {@link GovernanceError#PRINCIPAL_NOT_FOUND}
   */
  SignedIn as(String name, SignedIn who) {
    Principal self = who.principal();
    Principal other = principals.require(Principal.nameIn(name));
    List<Bound> bounds = new ArrayList<>(self.acting().bounds());
    bounds.add(new Bound.Other(self.acting(Acting.AS_ITSELF)));
    return new SignedIn(
        other.acting(Acting.of(Actor.of(self), bounds)), who.credential(), who.anew());
  }
}
