package io.hosu.delivery;

import io.hosu.governance.AccessState;
import io.hosu.governance.Domains;
import io.hosu.governance.Grant;
import io.hosu.governance.Principal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Who may do what, as a project declares it and nothing else. */
final class DesiredAccess {
  private DesiredAccess() {}

  static AccessState of(DesiredState desired, InstantSource clock) {
    return AccessState.of(declared(desired), clock);
  }

  private static AccessState.Declared declared(DesiredState desired) {
    List<Principal> principals = new ArrayList<>();
    List<Grant> grants = new ArrayList<>();
    List<Domains.Domain> domains = new ArrayList<>();
    for (Declared declared : desired.declared()) {
      switch (declared) {
        case Declared.Principal principal -> principals.add(PrincipalKeeper.principal(principal));
        case Declared.Grant grant -> grants.add(GrantKeeper.grant(grant));
        case Declared.Domain domain ->
            domains.add(new Domains.Domain(domain.name(), domain.owner(), domain.description()));
        case Declared.Layer _,
            Declared.TeamShare _,
            Declared.Table _,
            Declared.Dataset _,
            Declared.Tags _,
            Declared.Group _,
            Declared.Stage _ -> {}
      }
    }
    return new AccessState.Declared(
        principals,
        grants,
        domains,
        TagKeeper.tags(desired.declared()),
        DatasetKeeper.datasets(desired.declared()));
  }
}
