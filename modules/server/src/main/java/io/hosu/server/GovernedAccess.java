package io.hosu.server;

import io.hosu.events.Access;
import io.hosu.events.EventsError;
import io.hosu.events.RecordSight;
import io.hosu.governance.Authentication;
import io.hosu.governance.Decision;
import io.hosu.governance.Domains;
import io.hosu.governance.Permission;
import io.hosu.governance.Policy;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.Rights;
import io.hosu.http.Call;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Suggestions;
import io.hosu.pipelines.SeenRecords;
import io.hosu.store.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Lets the routes of events, which stand below governance, ask the one policy. */
final class GovernedAccess implements Access {
  private final Policy policy;
  private final Domains domains;
  private final Database database;

  GovernedAccess(Policy policy, Domains domains, Database database) {
    this.database = database;
    this.policy = policy;
    this.domains = domains;
  }

  @Override
  public void require(Call call, String permission, String place) {
    policy.require(Authentication.caller(call), Permission.parse(permission), resource(place));
  }

  @Override
  public Predicate<String> places(Call call, String permission) {
    Rights rights = policy.rights();
    Principal principal = Authentication.principal(call);
    Permission wanted = Permission.parse(permission);
    Map<Resource, Boolean> known = new HashMap<>();
    return place ->
        known.computeIfAbsent(
            resource(place),
            on -> rights.decide(principal, wanted, on) instanceof Decision.Allowed);
  }

  private static Resource resource(String place) {
    if (place.isEmpty()) {
      return new Resource.Lake();
    }
    String[] words = place.split("\\.", 3);
    return words.length == 1
        ? new Resource.Domain(words[0])
        : new Resource.Pipeline(words[0], words[1]);
  }

  @Override
  public void requireBus(Call call, String domain) {
    require(call, "RUN", domain);
    if (domains.find(domain).isEmpty()) {
      List<String> known =
          domains.list().stream()
              .map(Domains.Domain::name)
              .filter(
                  name -> policy.visible(Authentication.principal(call), new Resource.Domain(name)))
              .toList();
      throw new NotFound(
          EventsError.BUS_NOT_FOUND,
          "There is no bus '%s'%s".formatted(domain, Suggestions.ending(domain, known)),
          "Name a domain of the lake; see them with: hosu status");
    }
  }

  @Override
  public RecordSight records(Call call) {
    return SeenRecords.of(database, policy.rights(), Authentication.principal(call));
  }

  @Override
  public String principal(Call call) {
    return Authentication.principal(call).name();
  }
}
