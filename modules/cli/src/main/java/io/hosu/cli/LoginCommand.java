package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.kernel.Instants;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Signing in with the server's OIDC provider. */
@Command(
    name = "login",
    description = {
      "Signs you in at a server with its OIDC provider: shows a code, which you enter in a browser",
      "on any device. Commands act as you from then on, until 'hosu logout'."
    },
    footer = {
      "",
      "--token and HOSU_TOKEN go before it, and it goes before the administrator's token of a"
          + " .hosu.",
      "Where neither --url nor HOSU_URL nor a .hosu names a server, the one is meant at which you",
      "are signed in. It is kept in hosu/logins.json of XDG_CONFIG_HOME, else of HOME/.config,",
      "which only you may read, and renewed as long as the provider does."
    })
final class LoginCommand implements Callable<Integer> {
  @Option(names = "--url", paramLabel = "URL", description = ServerOptions.WHICH)
  String url = "";

  @Option(
      names = "--provider",
      paramLabel = "NAME",
      description =
          "With which of the server's providers, where it has several. Default: the one without a"
              + " name, or the only one.")
  String which = "";

  private final Context context;

  LoginCommand(Context context) {
    this.context = context;
  }

  private static ProviderClient provider(ServerAddress server) {
    return new ProviderClient(server.url(), server.certificates());
  }

  @Override
  public Integer call() {
    ServerAddress server = ServerAddress.find(url, "", context).with("");
    JsonNode signIn =
        new LakeClient(server).get(ApiPath.of("/v1/sign-in").query("provider", which));
    Login login = Login.of(signIn, new DeviceFlow(context, provider(server), signIn).run());
    JsonNode me = new LakeClient(server.with(login.token())).get(WhoamiCommand.ME);
    Logins.of(context.terminal()).keep(server.url(), login);
    context
        .terminal()
        .say(
            "signed in at %s as %s:%s until %s%s"
                .formatted(
                    server.url(),
                    me.path("kind").asText(),
                    me.path("name").asText(),
                    Instants.print(login.end()),
                    login.refreshToken().isEmpty() ? "" : ", and renewed"));
    if (!context.terminal().variable(ServerAddress.TOKEN).isEmpty()) {
      context.terminal().note("HOSU_TOKEN is set and goes before it: unset HOSU_TOKEN");
    }
    return Cli.OK;
  }
}
