package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.JsonFields;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Page;
import io.hosu.kernel.Suggestions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Principals. Administrators see and change all, others see themselves. */
final class PrincipalsApi implements Routes {
  static final String PATH = "/v1/principals";
  private static final Pattern PAIR_NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final int LONGEST_VALUE = 256;
  private static final int MOST_PAIRS = 50;

  private static final String KEEPS_LIMITS = "keeps_limits";

  private final Principals principals;
  private final AccessKeys accessKeys;
  private final Tokens tokens;
  private final Administration administration;
  private final CredentialsApi credentials;
  private final Holdings.Places places;

  PrincipalsApi(
      Principals principals,
      AccessKeys accessKeys,
      Tokens tokens,
      Administration administration,
      CredentialsApi credentials,
      Holdings.Places places) {
    this.places = places;
    this.principals = principals;
    this.accessKeys = accessKeys;
    this.tokens = tokens;
    this.administration = administration;
    this.credentials = credentials;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/me", PrincipalsApi::me)
        .get(PATH, this::list, "limit", "next")
        .post(PATH, this::create)
        .get(PATH + "/{name}", this::show)
        .put(PATH + "/{name}", this::change)
        .post(PATH + "/{name}/hand-over", this::handOver)
        .delete(PATH + "/{name}", this::remove, "holdings");
  }

  private static void me(Call call) throws IOException {
    Principal self = Authentication.principal(call);
    ObjectNode json = GovernanceJson.principal(self);
    json.put("person", self.acting().person().orElse(null));
    call.send(200, json.setAll(Authentication.scope(call).toJson()));
  }

  private void list(Call call) throws IOException {
    Principal self = Authentication.principal(call);
    boolean all = administration.isAdministrator(call);
    String after = call.next().orElse("");
    int limit = call.limit();
    List<Principals.Kept> found =
        principals.list().stream()
            .filter(kept -> all || kept.principal().name().equals(self.name()))
            .filter(kept -> kept.principal().name().compareTo(after) > 0)
            .limit(limit + 1L)
            .toList();
    Page<Principals.Kept> page =
        found.size() <= limit
            ? Page.last(found)
            : new Page<>(found.subList(0, limit), found.get(limit - 1).principal().name());
    call.send(page.map(GovernanceJson::principal));
  }

  private void show(Call call) throws IOException {
    String name = administration.requireSelfOrAdministrator(call);
    ObjectNode json = GovernanceJson.principal(principals.requireKept(name));
    var keys = json.putArray("keys");
    accessKeys.list(name).forEach(key -> keys.add(credentials.json(key)));
    var texts = json.putArray("tokens");
    tokens.list(name).forEach(token -> texts.add(credentials.json(token)));
    call.send(200, json);
  }

  private void create(Call call) throws IOException {
    administration.requireAdministrator(call);
    JsonFields body =
        call.fields(
            "name", "kind", "administrator", "groups", "attributes", "trust", "tags", KEEPS_LIMITS);
    Principal principal =
        new Principal(
            body.text("name"),
            kind(body.optionalText("kind").orElse("user")),
            body.flag("administrator", false),
            new TreeSet<>(body.texts("groups")),
            attributes(body));
    Principals.About about = new Principals.About(trust(body), body.flag(KEEPS_LIMITS, false));
    administration.change(
        call,
        "CREATE_PRINCIPAL",
        described(principal, about),
        tx -> {
          Principal created = principals.create(tx, principal, about, Grant.CLI);
          Holdings.of(tx, places, created).endGrants(tx, places);
          return created;
        });
    call.send(201, GovernanceJson.principal(principals.requireKept(principal.name())));
  }

  /** What is not named stays as it is. */
  private void change(Call call) throws IOException {
    administration.requireAdministrator(call);
    String name = call.variable("name");
    JsonFields body =
        call.fields("administrator", "groups", "attributes", "trust", "tags", KEEPS_LIMITS);
    administration.change(
        call,
        "CHANGE_PRINCIPAL",
        described(principals.require(name), about(principals.requireKept(name), body)),
        tx -> {
          principals.requireNotDeclared(tx, name);
          Principals.Kept before = principals.requireKept(tx, name);
          principals.put(tx, changed(before, body), about(before, body), before.source());
          return name;
        });
    call.send(200, GovernanceJson.principal(principals.requireKept(name)));
  }

  private static Principal changed(Principals.Kept before, JsonFields body) {
    Principal principal = before.principal();
    return new Principal(
        principal.name(),
        principal.kind(),
        body.flag("administrator", principal.administrator()),
        body.has("groups") ? new TreeSet<>(body.texts("groups")) : principal.groups(),
        body.has("attributes") || body.has("tags") ? attributes(body) : principal.attributes());
  }

  private static Principals.About about(Principals.Kept before, JsonFields body) {
    return new Principals.About(
        body.has("trust") ? trust(body) : before.about().trust(),
        body.flag(KEEPS_LIMITS, before.about().keepsLimits()));
  }

  /** As the audit record names it: who is given the files of tables is told there. */
  private static String described(Principal principal, Principals.About about) {
    return about.keepsLimits() ? principal + " " + KEEPS_LIMITS : principal.toString();
  }

  static Boolean drops(String text) {
    if (!text.equals("drop")) {
      throw new Invalid(
          HttpError.PARAMETER_INVALID,
          "'holdings' is '%s'.".formatted(text),
          "Give 'drop' to let go of all that is held; or leave it out.");
    }
    return true;
  }

  private void remove(Call call) {
    administration.requireAdministrator(call);
    String name = call.variable("name");
    boolean letsGo = call.query("holdings", PrincipalsApi::drops).orElse(false);
    administration.change(
        call,
        "REMOVE_PRINCIPAL",
        principals.require(name).toString(),
        tx -> {
          principals.requireNotDeclared(tx, name);
          Holdings holdings = Holdings.of(tx, places, principals.require(tx, name));
          if (letsGo) {
            holdings.letGo(tx, places);
          } else {
            holdings.requireNone();
          }
          principals.remove(tx, name);
          return name;
        });
    call.sendNothing();
  }

  private void handOver(Call call) throws IOException {
    administration.requireAdministrator(call);
    Principal from = principals.require(call.variable("name"));
    Principal to = principals.require(call.fields("to").text("to"));
    if (from.equals(to)) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "%s has what it holds.".formatted(from),
          "Name another, to whom it is handed over.");
    }
    ObjectNode told =
        administration.change(
            call,
            "HAND_OVER",
            from + " to " + to,
            tx -> Holdings.of(tx, places, from).handOver(tx, places, to));
    call.send(200, told);
  }

  private static Principal.Kind kind(String text) {
    List<String> known = Arrays.stream(Principal.Kind.values()).map(GovernanceJson::word).toList();
    String word = text.toLowerCase(Locale.ROOT);
    if (!known.contains(word)) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "'%s' is no kind of principal%s".formatted(text, Suggestions.ending(word, known)),
          "Use one of: %s.".formatted(String.join(", ", known)));
    }
    return Principal.Kind.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static NavigableSet<Grantee> trust(JsonFields body) {
    NavigableSet<Grantee> trust = new TreeSet<>();
    body.texts("trust").forEach(text -> trust.add(Grantee.parse(text)));
    return trust;
  }

  /** Tags are attributes by another name. */
  private static NavigableMap<String, String> attributes(JsonFields body) {
    NavigableMap<String, String> all = pairs(body, "attributes");
    pairs(body, "tags")
        .forEach((name, value) -> {
          String other = all.put(name, value);
          if (other != null && !other.equals(value)) {
            throw new Invalid(
                GovernanceError.PRINCIPAL_INVALID,
                "'%s' is '%s' among the attributes and '%s' among the tags, which are the same."
                    .formatted(name, other, value),
                "Give it once.");
          }
        });
    requireShort("attributes", all);
    return all;
  }

  private static NavigableMap<String, String> pairs(JsonFields body, String field) {
    NavigableMap<String, String> pairs = new TreeMap<>();
    for (ObjectNode object : body.optionalObject(field).stream().toList()) {
      Set<String> names = new TreeSet<>();
      object.fieldNames().forEachRemaining(names::add);
      JsonFields fields = new JsonFields(object, names);
      names.forEach(name -> pairs.put(name, fields.text(name)));
    }
    return pairs;
  }

  private static void requireShort(String field, NavigableMap<String, String> pairs) {
    pairs.forEach((name, value) -> {
      if (!PAIR_NAME.matcher(name).matches() || value.length() > LONGEST_VALUE) {
        throw new Invalid(
            GovernanceError.PRINCIPAL_INVALID,
            "'%s' cannot be one of the %s, or its value has more than %d characters."
                .formatted(name, field, LONGEST_VALUE),
            "Name it with a small letter, then small letters, digits and _, at most 63 in all.");
      }
      // An engine ends a text there, and conditions do not.
      if (value.indexOf('\0') >= 0) {
        throw new Invalid(
            GovernanceError.PRINCIPAL_INVALID,
            "The value of '%s' among the %s holds a NUL.".formatted(name, field),
            "Give a text without it.");
      }
    });
    if (pairs.size() > MOST_PAIRS) {
      throw new Invalid(
          GovernanceError.PRINCIPAL_INVALID,
          "There are %d %s.".formatted(pairs.size(), field),
          "Give a principal at most %d.".formatted(MOST_PAIRS));
    }
  }
}
