package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Access keys for the files of one table, which an engine gets with the table: with them somebody
 * reads its files who may SELECT all of it, and writes new ones who may INSERT or DELETE. Each use
 * asks for these rights again, and for the credential that the key was given for. None is kept. May
 * be used from any thread.
 */
public final class FileKeys {
  /** For how long one is good. */
  public static final Duration TTL = Duration.ofHours(1);

  private static final String PREFIX = "HOSF";

  private final Seal seal;
  private final Credentials credentials;
  private final InstantSource clock;
  private final SecureRandom random;

  FileKeys(RootKey rootKey, Credentials credentials, InstantSource clock, SecureRandom random) {
    this.seal = new Seal(rootKey, "hosuf_");
    this.credentials = credentials;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A new key: the only time that its secrets are shown.
   *
   * @param securityToken goes with each request that the access key signs
   */
  public record NewKey(String id, Secret secret, Secret securityToken, Instant expiresAt) {}

  /**
   * A key for the files of {@code table} below {@code location}, which ends in {@code /}.
   *
   * @param permissions what of {@code READ_OBJECTS} and {@code WRITE_OBJECTS} it is good for
   * @return nothing for who shows no credential of its own, or asks as somebody else
   */
  public Optional<NewKey> create(
      Caller caller, TableName table, ObjectName location, Set<Permission> permissions) {
    String credential = caller.origin().credential();
    boolean asOther =
        caller.principal().acting().bounds().stream().anyMatch(Bound.Other.class::isInstance);
    if (credential == null || asOther) {
      return Optional.empty();
    }
    Instant end = clock.instant().plus(TTL);
    String id = AccessKeys.randomId(PREFIX, random);
    ObjectNode facts = Credentials.facts(credential, caller.principal()).put("key", id);
    facts.put("table", table.toString()).put("location", location.location());
    facts.put("writes", permissions.contains(Permission.WRITE_OBJECTS));
    facts.put("expires_at", end.getEpochSecond());
    String token = seal.close(facts);
    return Optional.of(new NewKey(id, seal.secretOf(token), new Secret(token), end));
  }

  /** Whether {@code key} is the id of an access key for files. */
  static boolean isKey(String key) {
    return key.startsWith(PREFIX);
  }

  /** Who signs with such a key. */
  Signer signer(String key, Optional<String> securityToken) {
    if (securityToken.isEmpty()) {
      return new Signer.Unknown();
    }
    Optional<JsonNode> facts =
        seal.open(securityToken.get()).filter(it -> it.path("key").asText().equals(key));
    if (facts.isEmpty()) {
      return new Signer.WrongToken();
    }
    Instant end = Instant.ofEpochSecond(facts.get().path("expires_at").asLong());
    if (!clock.instant().isBefore(end)) {
      return new Signer.Ended();
    }
    return credentials
        .find(facts.get(), clock.instant())
        .<Signer>map(bearer ->
            new Signer.Known(
                bounded(bearer.who(), facts.get()), seal.secretOf(securityToken.get())))
        .orElseGet(Signer.Ended::new);
  }

  private static SignedIn bounded(SignedIn who, JsonNode facts) {
    EnumSet<Permission> permissions = EnumSet.of(Permission.READ_OBJECTS);
    if (facts.path("writes").asBoolean()) {
      permissions.add(Permission.WRITE_OBJECTS);
    }
    Bound files =
        new Bound.TableFiles(
            TableName.parse(facts.path("table").asText()),
            ObjectName.ofLocation(facts.path("location").asText()),
            permissions);
    Principal principal = who.principal();
    return new SignedIn(
        principal.acting(principal.acting().within(files)), who.credential(), who.anew());
  }
}
