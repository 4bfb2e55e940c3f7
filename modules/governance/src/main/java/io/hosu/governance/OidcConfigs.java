package io.hosu.governance;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Settings;
import io.hosu.kernel.Suggestions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The OIDC providers with which people sign in. Who somebody is, is for a provider to say by its
 * own issuer alone, and a name in the lake belongs to the provider with the longest prefix that it
 * begins with: so none can claim the people or the groups of another.
 *
 * @param all those that there are, the one without a name first
 */
public record OidcConfigs(List<OidcConfig> all) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");

  public OidcConfigs {
    all = List.copyOf(all);
  }

  /** No provider. */
  public static OidcConfigs none() {
    return new OidcConfigs(List.of());
  }

  /** Reads the settings. */
  static OidcConfigs from(Settings settings) {
    OidcConfig standard = OidcConfig.from(settings);
    String names =
        settings.text(
            "oidc.providers",
            "",
            "The names of more OIDC providers, with commas between. For a provider 'partner' each"
                + " setting that begins with oidc. is there again as oidc.partner., for instance"
                + " oidc.partner.issuer; its prefix is 'partner.' unless set. hosu login --provider"
                + " partner signs in with it.");
    Stream<OidcConfig> more =
        Arrays.stream(names.split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .map(name -> OidcConfig.from(settings, name));
    return new OidcConfigs(Stream.concat(Stream.of(standard), more).toList());
  }

  /**
   * Refuses settings that do not go together.
   *
   * @throws Invalid {@link GovernanceError#OIDC_INVALID}
   */
  void check() {
    Set<String> names = new HashSet<>();
    for (OidcConfig one : all) {
      if (!one.name().isEmpty() && !NAME.matcher(one.name()).matches()) {
        throw OidcConfig.invalid(
            "'%s' in oidc.providers cannot name a provider.".formatted(one.name()),
            "Use a small letter, then small letters, digits and -, at most 31 in all.");
      }
      if (!names.add(one.name())) {
        throw OidcConfig.invalid(
            "oidc.providers names %s twice.".formatted(one.name()), "Give each its own name.");
      }
      one.check();
    }
    List<OidcConfig> there = there();
    for (OidcConfig one : there) {
      there.stream().filter(other -> !other.equals(one)).forEach(other -> checkApart(one, other));
    }
  }

  private static void checkApart(OidcConfig one, OidcConfig other) {
    if ((other.issuer() + "/").startsWith(one.issuer() + "/")) {
      throw OidcConfig.invalid(
          "%s is %s, and %s begins so: each could claim to be people of the other."
              .formatted(one.key("issuer"), one.issuer(), other.key("issuer")),
          "Keep one of the two.");
    }
    if (one.said().prefix().equals(other.said().prefix())) {
      throw OidcConfig.invalid(
          "%s and %s are both '%s': each provider could claim groups of the other."
              .formatted(one.key("prefix"), other.key("prefix"), one.said().prefix()),
          "Set one of them to something else.");
    }
  }

  private List<OidcConfig> there() {
    return all.stream().filter(OidcConfig::isOn).toList();
  }

  /** The one that makes tokens by this name. */
  Optional<OidcConfig> issuing(String issuer) {
    return there().stream().filter(one -> one.issuer().equals(issuer)).findFirst();
  }

  /** Whether there is any. */
  boolean isAny() {
    return !there().isEmpty();
  }

  /** Their issuers, for people. */
  String issuers() {
    return there().stream()
        .map(one -> "'" + one.issuer() + "'")
        .collect(Collectors.joining(" or "));
  }

  /**
   * What {@code said}, as a provider calls somebody or a group, is called in the lake; empty where
   * that belongs to another provider.
   */
  Optional<String> named(OidcConfig by, String said) {
    String name = by.said().prefix() + said;
    return there().stream()
        .filter(one -> name.startsWith(one.said().prefix()))
        .max(Comparator.comparingInt(one -> one.said().prefix().length()))
        .filter(by::equals)
        .map(_ -> name);
  }

  /**
   * The one to sign in with.
   *
   * @param name empty: none was named
   * @throws NotFound {@link GovernanceError#OIDC_MISSING}
   * @throws Invalid {@link GovernanceError#OIDC_PROVIDER_NEEDED} when none was named, and it is
   *     open which one is meant
   */
  OidcConfig login(String name) {
    List<OidcConfig> known = there().stream().filter(OidcConfig::hasLogin).toList();
    if (known.isEmpty()) {
      throw new NotFound(
          GovernanceError.OIDC_MISSING,
          "This server is not told with which OIDC provider people sign in.",
          "Have it told: hosu up --set oidc.issuer=https://... --set oidc.client-id=hosu\n"
              + "Or have a token made: hosu token create NAME");
    }
    List<String> names =
        known.stream().map(OidcConfig::name).filter(one -> !one.isEmpty()).toList();
    if (name.isEmpty() && known.size() == 1) {
      return known.getFirst();
    }
    return known.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> {
          String remedy = "hosu login --provider %s".formatted(String.join("|", names));
          return name.isEmpty()
              ? new Invalid(
                  GovernanceError.OIDC_PROVIDER_NEEDED,
                  "People sign in here with one of several providers: %s."
                      .formatted(String.join(", ", names)),
                  "Say with which: " + remedy)
              : new NotFound(
                  GovernanceError.OIDC_MISSING,
                  "This server knows no OIDC provider '%s'%s"
                      .formatted(name, Suggestions.ending(name, names)),
                  names.isEmpty() ? "It has one, without a name: hosu login" : "Use: " + remedy);
        });
  }
}
