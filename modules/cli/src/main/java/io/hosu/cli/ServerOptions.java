package io.hosu.cli;

import picocli.CommandLine.Option;

/** Which server a command talks to, and as whom. */
final class ServerOptions {
  static final String WHICH =
      "The server. Default: HOSU_URL, or the server of the .hosu in this folder or above.";

  @Option(names = "--url", paramLabel = "URL", description = WHICH)
  String url = "";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "The bearer token. Default: HOSU_TOKEN, your sign-in (hosu login), or the one in"
              + " .hosu/admin.env.")
  String token = "";

  @Option(
      names = "--as",
      paramLabel = "PRINCIPAL",
      description =
          "Asks as somebody else would, with the fewer rights of the two: for administrators; both"
              + " are on record.")
  String as = "";

  /** The client for the server that the options, the variables or the folder name. */
  LakeClient client(Context context) {
    return new LakeClient(ServerAddress.find(url, token, context), as);
  }
}
