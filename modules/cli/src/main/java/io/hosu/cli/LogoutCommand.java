package io.hosu.cli;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Ending what {@link LoginCommand} began. */
@Command(
    name = "logout",
    description = {
      "Forgets your sign-in at a server, and tells the provider to renew it no more. Its last"
          + " token",
      "holds until its end."
    })
final class LogoutCommand implements Callable<Integer> {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The server. Default: as for 'hosu login'.")
  String url = "";

  private final Context context;

  LogoutCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ServerAddress address = ServerAddress.find(url, "", context);
    URI server = address.url();
    Optional<Login> gone = Logins.of(context.terminal()).remove(server);
    gone.ifPresent(login -> revoke(login, new ProviderClient(server, address.certificates())));
    context
        .terminal()
        .say(gone.isPresent() ? "signed out of " + server : "you are not signed in at " + server);
    return Cli.OK;
  }

  /** It is forgotten here, whatever the provider says. */
  private void revoke(Login login, ProviderClient provider) {
    if (login.revocationEndpoint().isEmpty() || login.refreshToken().isEmpty()) {
      return;
    }
    try {
      ProviderClient.Answer answer =
          provider.post(
              login.revocationEndpoint(),
              Map.of("token", login.refreshToken(), "client_id", login.clientId()));
      if (!answer.isOk()) {
        context.terminal().note("The provider did not end its part: " + answer.told());
      }
    } catch (IOException e) {
      context.terminal().note("The provider did not end its part: " + e.getMessage());
    }
  }
}
