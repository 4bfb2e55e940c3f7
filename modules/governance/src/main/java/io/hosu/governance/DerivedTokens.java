package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.ConstantTime;
import io.hosu.kernel.HosuException.Unauthenticated;
import io.hosu.kernel.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Bearer tokens for one door, which somebody gets for an access key: good for an hour, or until the
 * access key is not. May be used from any thread.
 */
public final class DerivedTokens {
  /** For how long one is good. */
  public static final Duration TTL = Duration.ofHours(1);

  private final Seal seal;
  private final Credentials credentials;
  private final InstantSource clock;

  DerivedTokens(RootKey rootKey, Credentials credentials, InstantSource clock) {
    this.seal = new Seal(rootKey, "hosud_");
    this.credentials = credentials;
    this.clock = clock;
  }

  /**
   * A token for {@code door}, in the place of an access key.
   *
   * @throws Unauthenticated {@link GovernanceError#UNAUTHENTICATED} when there is no such key that
   *     is good, or the secret is not its own
   */
  public Secret create(String accessKey, String secret, Door door) {
    boolean good =
        credentials
            .secretOf(accessKey)
            .filter(its -> ConstantTime.same(its.reveal(), secret))
            .isPresent();
    if (!good) {
      throw new Unauthenticated(
          GovernanceError.UNAUTHENTICATED,
          "The client id and secret are no access key of this server that is good.",
          "Load credentials with: set -a; . DIR/admin.env (DIR is the server's data directory), or"
              + " have an access key made with: hosu key create NAME");
    }
    return seal(Json.object().put("credential", "key:" + accessKey), door);
  }

  /**
   * A token for {@code door} that stands on what {@code token} stands on, whatever token it is.
   *
   * @throws Unauthenticated {@link GovernanceError#UNAUTHENTICATED} when it is not good any more
   */
  public Secret renew(String token, Door door) {
    Tokens.Bearer bearer =
        find(token)
            .or(() -> credentials.findToken(token))
            .filter(it -> it.scope().opens(door))
            .orElseThrow(() ->
                new Unauthenticated(
                    GovernanceError.UNAUTHENTICATED,
                    "The token to be renewed is not one of this server, or has ended.",
                    "Ask for a new one with the client id and secret of an access key."));
    return seal(Credentials.facts(bearer.who().credential(), bearer.principal()), door);
  }

  private Secret seal(ObjectNode facts, Door door) {
    facts.put("door", door.name());
    facts.put("expires_at", clock.instant().plus(TTL).getEpochSecond());
    return new Secret(seal.close(facts));
  }

  /** Who sends {@code text}, while it is good. Notes the use. */
  Optional<Tokens.Bearer> find(String text) {
    return seal.open(text).filter(this::isYoung).flatMap(this::bearer);
  }

  private boolean isYoung(JsonNode facts) {
    return clock.instant().isBefore(Instant.ofEpochSecond(facts.path("expires_at").asLong()));
  }

  private Optional<Tokens.Bearer> bearer(JsonNode facts) {
    Set<Door> doors = EnumSet.of(Door.valueOf(facts.path("door").asText()));
    return credentials
        .find(facts, clock.instant())
        .map(bearer -> new Tokens.Bearer(bearer.who(), new Scope(doors, new TreeSet<>())));
  }
}
