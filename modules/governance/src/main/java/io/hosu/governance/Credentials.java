package io.hosu.governance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Credentials by what the record calls them: {@code key:ID}, {@code token:ID}, {@code session:ID}
 * or {@code oidc:IDENTITY}. What was derived from one asks here at each use, so that it ends with
 * it. May be used from any thread.
 */
final class Credentials {
  private static final String KEY = "key:";
  private static final String TOKEN = "token:";
  private static final String SESSION = "session:";
  private static final String OIDC = "oidc:";

  private final Database database;
  private final Principals principals;
  private final AccessKeys accessKeys;
  private final Tokens tokens;
  private final Sessions sessions;

  Credentials(
      Database database,
      Principals principals,
      AccessKeys accessKeys,
      Tokens tokens,
      Sessions sessions) {
    this.database = database;
    this.principals = principals;
    this.accessKeys = accessKeys;
    this.tokens = tokens;
    this.sessions = sessions;
  }

  /** What {@link #find} needs to know of a credential that {@code principal} shows. */
  static ObjectNode facts(String credential, Principal principal) {
    ObjectNode facts = Json.object().put("credential", credential);
    if (credential.startsWith(OIDC)) {
      Acting.Claimed claimed = principal.acting().claimed();
      facts.put("principal", principal.name()).put("life", principal.life());
      facts.put("until", claimed.until().getEpochSecond());
      claimed.groups().forEach(facts.putArray("groups")::add);
    }
    return facts;
  }

  /** Who has the credential, and what it is good for, while it is good. Notes the use. */
  Optional<Tokens.Bearer> find(JsonNode facts, Instant now) {
    String credential = facts.path("credential").asText();
    String id = credential.substring(credential.indexOf(':') + 1);
    if (credential.startsWith(KEY)) {
      return accessKeys.find(id).map(owner -> new Tokens.Bearer(owner.who(), Scope.all()));
    }
    if (credential.startsWith(SESSION)) {
      return sessions.findById(id);
    }
    return credential.startsWith(TOKEN) ? tokens.findById(id) : identified(facts, id, now);
  }

  /**
   * Whether what {@code caller} showed is still good. A token of a provider is until its end,
   * whatever the provider thinks of it meanwhile; who showed nothing is the server itself.
   */
  boolean stand(Caller caller, Instant now) {
    String credential = caller.origin().credential();
    if (credential == null) {
      return true;
    }
    return credential.startsWith(OIDC)
        ? now.isBefore(caller.principal().acting().claimed().until())
        : find(facts(credential, caller.principal()), now).isPresent();
  }

  private Optional<Tokens.Bearer> identified(JsonNode facts, String identity, Instant now) {
    Instant until = Instant.ofEpochSecond(facts.path("until").asLong());
    if (!now.isBefore(until)) {
      return Optional.empty();
    }
    TreeSet<String> groups = new TreeSet<>();
    facts.path("groups").forEach(group -> groups.add(group.asText()));
    Acting acting = Acting.claiming(new Acting.Claimed(groups, until));
    return database.read(tx -> principals.identified(tx, identity)).stream()
        .map(Principals.Kept::principal)
        .filter(principal -> principal.name().equals(facts.path("principal").asText()))
        .filter(principal -> principal.life().equals(facts.path("life").asText()))
        .findFirst()
        .map(principal ->
            new Tokens.Bearer(
                new SignedIn(principal.acting(acting), OIDC + identity, false), Scope.all()));
  }

  /** Whether this is an engine that keeps to limits, as it is kept now. */
  boolean keepsLimits(Principal principal) {
    return principals.keepsLimits(principal.name());
  }

  /** Who sends the text of a token, and what it is good for, while it is good. Notes the use. */
  Optional<Tokens.Bearer> findToken(String text) {
    return tokens.find(text).or(() -> sessions.find(text));
  }

  /** What requests are signed with under an access key, while that is good. Notes the use. */
  Optional<Secret> secretOf(String accessKey) {
    return accessKeys.find(accessKey).map(AccessKeys.KeyOwner::secret);
  }
}
