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
  private static final String KEEPS_LIMITS = "keeps_limits";

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
    ObjectNode facts = Credentials.facts(credential, caller.principal());
    return Optional.of(create(facts, table, location, permissions));
  }

  private static boolean keepsLimits(JsonNode facts) {
    return facts.path(KEEPS_LIMITS).asBoolean();
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
        .filter(bearer -> !keepsLimits(facts.get()) || credentials.keepsLimits(bearer.principal()))
        .<Signer>map(bearer ->
            new Signer.Known(
                bounded(bearer.who(), facts.get()), seal.secretOf(securityToken.get())))
        .orElseGet(Signer.Ended::new);
  }

  /**
   * A key to read the files of a table for an engine that keeps to limits by itself, whoever works
   * through it: it is the engine's own, and good while the engine is trusted and may {@code SELECT}
   * some of the table.
   *
   * @param engine as which the credential of {@code caller} signs in
   */
  public Optional<NewKey> createForEngine(
      Caller caller, Principal engine, TableName table, ObjectName location) {
    String credential = caller.origin().credential();
    if (credential == null) {
      return Optional.empty();
    }
    ObjectNode facts = Credentials.facts(credential, engine).put(KEEPS_LIMITS, true);
    return Optional.of(create(facts, table, location, EnumSet.of(Permission.READ_OBJECTS)));
  }

  private NewKey create(
      ObjectNode facts, TableName table, ObjectName location, Set<Permission> permissions) {
    Instant end = clock.instant().plus(TTL);
    String id = AccessKeys.randomId(PREFIX, random);
    facts.put("key", id).put("table", table.toString()).put("location", location.location());
    facts.put("writes", permissions.contains(Permission.WRITE_OBJECTS));
    facts.put("expires_at", end.getEpochSecond());
    String token = seal.close(facts);
    return new NewKey(id, seal.secretOf(token), new Secret(token), end);
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
            permissions,
            keepsLimits(facts),
            Optional.empty());
    Principal principal = who.principal();
    return new SignedIn(
        principal.acting(principal.acting().within(files)), who.credential(), who.anew());
  }
}
