package io.hosu.governance;

import io.hosu.http.Request;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.Json;
import io.hosu.store.Database;
import io.hosu.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who in the lake the people of OIDC providers are. A principal says it by its attribute {@code
 * oidc}; whom none names becomes a user of its own. May be used from any thread.
 */
final class OidcSignIns {
  private static final Duration EXACTNESS = Duration.ofMinutes(10);
  private static final int REMEMBERED = 10_000;

  private final OidcConfigs configs;
  private final OidcTokens tokens;
  private final Database database;
  private final Holdings.Places places;
  private final Audit audit;
  private final InstantSource clock;
  private final Map<String, Seen> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
          return size() > REMEMBERED;
        }
      };

  OidcSignIns(
      OidcConfigs configs,
      OidcTokens tokens,
      Database database,
      Holdings.Places places,
      Audit audit,
      InstantSource clock) {
    this.configs = configs;
    this.tokens = tokens;
    this.database = database;
    this.places = places;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Who sends {@code text}, if that looks like a token of a provider.
   *
   * @throws io.hosu.kernel.HosuException.Unauthenticated {@link GovernanceError#UNAUTHENTICATED}
   *     when it is not a good one
   * @throws io.hosu.kernel.HosuException.Unavailable {@link GovernanceError#OIDC_UNAVAILABLE}
   * @throws Denied {@link GovernanceError#OIDC_SIGN_IN_REFUSED} when it is, but of nobody here
   */
  Optional<Tokens.Bearer> find(String text, Request request, Door door) {
    if (!configs.isAny() || !OidcTokens.isOne(text)) {
      return Optional.empty();
    }
    OidcTokens.Claims claims = tokens.require(text);
    String identity = claims.identity();
    String credential = credential(claims);
    Origin origin = new Origin(request.id(), request.remoteAddress(), credential, null);
    Principal principal =
        database
            .read(tx -> known(tx, identity))
            .orElseGet(() -> database.write(tx -> first(tx, claims, identity, door, origin)));
    Acting acting = Acting.claiming(new Acting.Claimed(claims.groups(), claims.until()));
    boolean anew = isAnew(identity, claims.groups());
    if (anew) {
      database.perform(tx -> places.principals().signedIn(tx, principal.name(), claims.groups()));
    }
    SignedIn who = new SignedIn(principal.acting(acting), credential, anew);
    return Optional.of(new Tokens.Bearer(who, Scope.all()));
  }

  /** How records call who {@code claims} are of. */
  static String credential(OidcTokens.Claims claims) {
    return "oidc:" + claims.identity();
  }

  /**
   * Who {@code claims} are of, if that is somebody already.
   *
   * @throws Denied {@link GovernanceError#OIDC_SIGN_IN_REFUSED} when two say that it is them
   */
  Optional<Principal> known(OidcTokens.Claims claims) {
    return database.read(tx -> known(tx, claims.identity()));
  }

  /** Who says that it is {@code identity}: what people said goes before what was made by itself. */
  private Optional<Principal> known(Transaction tx, String identity) {
    List<Principals.Kept> all = places.principals().identified(tx, identity);
    List<Principals.Kept> said =
        all.stream().filter(kept -> !kept.source().equals(Principals.OIDC)).toList();
    if (said.size() > 1) {
      throw refuse(
          "%s and %s both say that they are %s."
              .formatted(said.get(0).principal(), said.get(1).principal(), identity),
          "Have an administrator take the attribute oidc from all but one of them.");
    }
    return (said.isEmpty() ? all : said).stream().map(Principals.Kept::principal).findFirst();
  }

  private Principal first(
      Transaction tx, OidcTokens.Claims claims, String identity, Door door, Origin origin) {
    Optional<Principal> meanwhile = known(tx, identity);
    if (meanwhile.isPresent()) {
      return meanwhile.get();
    }
    Principal wanted = user(claims, identity);
    requireUnclaimed(tx, wanted, identity);
    Principal user = places.principals().create(tx, wanted, Principals.OIDC);
    String name = user.toString();
    AuditRecord record =
        AuditRecord.of(clock.instant(), name, door, origin.by(user), "CREATE_PRINCIPAL", name);
    audit.keepIn(tx, List.of(record));
    return user;
  }

  private Principal user(OidcTokens.Claims claims, String identity) {
    String said = claims.name().orElse("").toLowerCase(Locale.ROOT);
    if (!claims.by().newUsers()) {
      throw refuse(
          "Nobody of this lake says to be %s.".formatted(identity),
          "Have an administrator say who it is: " + command("create NAME", identity));
    }
    String name =
        configs
            .named(claims.by(), said)
            .filter(one -> !said.isEmpty() && Principal.isName(one))
            .orElseThrow(() ->
                refuse(
                    "Nobody of this lake says to be %s, and the token names no new user: %s is '%s'."
                        .formatted(identity, claims.by().said().nameClaim(), said),
                    "Have an administrator say who it is: " + command("create NAME", identity)));
    var attributes = new TreeMap<>(Map.of(Principals.IDENTITY, identity));
    return new Principal(name, Principal.Kind.USER, false, new TreeSet<>(), attributes);
  }

  /** A name that is somebody's, or that something waits for, is not had by claiming it. */
  private void requireUnclaimed(Transaction tx, Principal user, String identity) {
    Optional<Principals.Kept> other = places.principals().findKept(tx, user.name());
    if (other.isPresent()) {
      throw refuse(
          "The token of %s claims to be %s, which is here already and does not say so."
              .formatted(identity, other.get().principal()),
          other.get().source().equals(Grant.GIT)
              ? "If it is the same, say so in access/: { name: %s, attributes: { %s: %s } }"
                  .formatted(user.name(), Principals.IDENTITY, Json.print(identity))
              : "If it is the same, have an administrator say so: "
                  + command("change " + user.name(), identity));
    }
    if (!Holdings.of(tx, places, user).isNone()) {
      throw refuse(
          "There is no %s yet, but rights wait for one of this name.".formatted(user),
          "If they are for %s, have an administrator say so: ".formatted(identity)
              + command("create " + user.name(), identity));
    }
  }

  private static String command(String what, String identity) {
    return "hosu principals %s --attribute %s"
        .formatted(what, Missing.shell(Principals.IDENTITY + "=" + identity));
  }

  /** Who signed in with which groups, and when. */
  private record Seen(Instant at, SortedSet<String> groups) {}

  /** Whether it did not sign in at this server in the ten minutes before, with these groups. */
  private boolean isAnew(String identity, SortedSet<String> groups) {
    Instant now = clock.instant();
    synchronized (seen) {
      Seen before = seen.get(identity);
      boolean anew =
          before == null
              || !now.isBefore(before.at.plus(EXACTNESS))
              || !before.groups.equals(groups);
      if (anew) {
        seen.remove(identity);
        seen.put(identity, new Seen(now, groups));
      }
      return anew;
    }
  }

  private static Denied refuse(String what, String remedy) {
    return new Denied(GovernanceError.OIDC_SIGN_IN_REFUSED, what, remedy);
  }
}
