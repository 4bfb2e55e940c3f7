package io.hosu.server;

import io.hosu.events.Access;
import io.hosu.governance.Authentication;
import io.hosu.governance.Door;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;

/** Lets the routes of events, which stand below governance, ask the one policy. */
final class GovernedAccess implements Access {
  private final Policy policy;

  GovernedAccess(Policy policy) {
    this.policy = policy;
  }

  @Override
  public void require(Call call, String permission, String domain) {
    Resource resource = domain.isEmpty() ? new Resource.Lake() : new Resource.Domain(domain);
    policy.require(
        Authentication.principal(call), Permission.parse(permission), resource, Door.API);
  }

  @Override
  public String principal(Call call) {
    return Authentication.principal(call).name();
  }
}
