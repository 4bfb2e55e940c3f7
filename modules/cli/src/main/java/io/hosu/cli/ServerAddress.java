package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a server is, and who asks.
 *
 * @param url the server, without a slash at the end
 * @param token gives the bearer token for a request; empty when none is known
 * @param certificates a PEM file of those to trust; empty: those that Java trusts
 */
record ServerAddress(URI url, Supplier<String> token, Optional<Path> certificates) {
  static final String TOKEN = "HOSU_TOKEN";
  private static final String URL = "HOSU_URL";
  private static final String CERTIFICATES = "HOSU_CA";

  /** A server, and the same token for each request; empty when none is known. */
  ServerAddress(URI url, String token, Optional<Path> certificates) {
    this(url, () -> token, certificates);
  }

  /**
   * Finds the server: what was given wins over {@code HOSU_URL} and {@code HOSU_TOKEN}, and these
   * and {@code HOSU_CA} over the {@code .hosu} of the current folder or the nearest one above it.
   * The administrator's token of a {@code .hosu} is sent to that server only, and only where nobody
   * is signed in at it. When nothing names a server, it is the one at which somebody is signed in.
   *
   * @param url from the command line, or empty
   * @param token from the command line, or empty
   * @throws Invalid {@link CliError#SERVER_UNKNOWN}
   */
  static ServerAddress find(String url, String token, Context context) {
    Terminal terminal = context.terminal();
    String where = first(url, terminal.variable(URL));
    String who = first(token, terminal.variable(TOKEN));
    String trusted = terminal.variable(CERTIFICATES);
    String near = "";
    if (where.isEmpty() || who.isEmpty() || trusted.isEmpty()) {
      Map<String, String> nearest = nearest(terminal.folder());
      String nearUrl = nearest.getOrDefault(URL, "");
      where = first(where, nearUrl);
      boolean same = where.equals(nearUrl);
      near = same ? nearest.getOrDefault(TOKEN, "") : "";
      trusted = first(trusted, same ? nearest.getOrDefault(CERTIFICATES, "") : "");
    }
    Logins logins = Logins.of(terminal);
    URI server = parse(where.isEmpty() ? only(logins) : where);
    Optional<Path> file = Optional.of(trusted).filter(text -> !text.isEmpty()).map(Path::of);
    Optional<Login> login = who.isEmpty() ? logins.find(server) : Optional.empty();
    return login
        .map(known ->
            new ServerAddress(
                server, new Renewal(server, file, known, logins, context.clock()), file))
        .orElse(new ServerAddress(server, token(first(who, near)), file));
  }

  private static String only(Logins logins) {
    List<String> servers = logins.servers();
    if (servers.size() != 1) {
      throw unknown();
    }
    return servers.getFirst();
  }

  /** A token goes into a header, where a line break or a letter of another alphabet cannot be. */
  private static String token(String text) {
    if (!text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
      throw new Invalid(
          CliError.USAGE_WRONG,
          "The token holds a space, a line break or another character that no token has.",
          "Set HOSU_TOKEN to the token alone, or make one with: hosu token create PRINCIPAL");
    }
    return text;
  }

  /** Reads the lines {@code KEY=VALUE} that a server keeps for its administrator. */
  static Map<String, String> read(Path adminEnv) throws IOException {
    Map<String, String> values = new HashMap<>();
    for (String line : Files.readAllLines(adminEnv)) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, equals).strip(), unquoted(line.substring(equals + 1).strip()));
      }
    }
    return values;
  }

  private static Map<String, String> nearest(Path folder) {
    return adminEnv(folder)
        .map(file -> {
          try {
            return read(file);
          } catch (IOException e) {
            return Map.<String, String>of();
          }
        })
        .orElse(Map.of());
  }

  /** The nearest {@code .hosu/admin.env} that can be read, going up from {@code folder}. */
  static Optional<Path> adminEnv(Path folder) {
    for (Path at = folder; at != null; at = at.getParent()) {
      Path file = at.resolve(".hosu").resolve("admin.env");
      if (Files.isReadable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** The same server for somebody else. */
  ServerAddress with(String otherToken) {
    return new ServerAddress(url, otherToken, certificates);
  }

  /** The variables by which a command finds it. */
  Map<String, String> environment() {
    String trusted = certificates.map(Path::toString).orElse("");
    return Map.of(URL, url.toString(), TOKEN, token.get(), CERTIFICATES, trusted);
  }

  private static URI parse(String text) {
    String trimmed = text.replaceFirst("/+$", "");
    if (!trimmed.matches("https?://[^\\s/?#]+(/[^\\s?#]*)?")) {
      throw noAddress(text);
    }
    try {
      URI address = new URI(trimmed).parseServerAuthority();
      address.toURL();
      return address;
    } catch (URISyntaxException | MalformedURLException e) {
      throw noAddress(text);
    }
  }

  private static Invalid noAddress(String text) {
    return new Invalid(
        CliError.USAGE_WRONG,
        "'%s' is not the address of a server.".formatted(text),
        "Write it as http://HOST:PORT or https://HOST:PORT.");
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && ((value.startsWith("'") && value.endsWith("'"))
                || (value.startsWith("\"") && value.endsWith("\"")));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private static String first(String one, String other) {
    return one.isEmpty() ? other : one;
  }

  private static Invalid unknown() {
    return new Invalid(
        CliError.SERVER_UNKNOWN,
        "No server is known: HOSU_URL is not set, and neither this folder nor one above it has a"
            + " .hosu.",
        "Start a server here with: hosu up\nOr name one with --url and --token, or HOSU_URL and"
            + " HOSU_TOKEN; or sign in at one with: hosu login --url URL");
  }
}
