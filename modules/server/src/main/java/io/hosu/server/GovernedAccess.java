package io.hosu.server;

import io.hosu.events.Access;
import io.hosu.events.EventsError;
import io.hosu.governance.Authentication;
import io.hosu.governance.Domains;
import io.hosu.governance.Door;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Resource;
import io.hosu.http.Call;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Suggestions;
import java.util.List;

/** Lets the routes of events, which stand below governance, ask the one policy. */
final class GovernedAccess implements Access {
  private final Policy policy;
  private final Domains domains;

  GovernedAccess(Policy policy, Domains domains) {
    this.policy = policy;
    this.domains = domains;
  }

  @Override
  public void require(Call call, String permission, String domain) {
    Resource resource = domain.isEmpty() ? new Resource.Lake() : new Resource.Domain(domain);
    policy.require(
        Authentication.principal(call), Permission.parse(permission), resource, Door.API);
  }

  @Override
  public void requireBus(Call call, String domain) {
    require(call, "RUN", domain);
    if (domains.find(domain).isEmpty()) {
      List<String> known = domains.list().stream().map(Domains.Domain::name).toList();
      throw new NotFound(
          EventsError.BUS_NOT_FOUND,
          "There is no bus '%s'%s".formatted(domain, Suggestions.didYouMean(domain, known)),
          "Name a domain of the lake; see them with: hosu status");
    }
  }

  @Override
  public String principal(Call call) {
    return Authentication.principal(call).name();
  }
}
