package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where domains keep the values behind the tokens of masks. */
@Command(
    name = "vault",
    description =
        "Where domains keep the values behind the tokens of the mask 'token'. Without a verb:"
            + " list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {VaultCommand.Show.class, VaultCommand.Destroy.class})
final class VaultCommand {
  private static final ApiPath VAULTS = ApiPath.of("/v1/vaults");

  /** Lists them. */
  @Command(
      name = "list",
      description = "Lists the domains whose vaults have a key, with how many tokens they gave.")
  static final class Show extends ListCommand {
    Show(Context context) {
      super(
          context,
          "No vaults: no value was masked by a token yet.",
          Column.text("domain"),
          Column.number("tokens"),
          Column.text("created_at"));
    }

    @Override
    ApiPath path() {
      return VAULTS;
    }
  }

  /** Destroys the key of one. */
  @Command(
      name = "destroy",
      description = {
        "Destroys the key of a domain's vault: the tokens that it gave can never be turned back.",
        "Values get new tokens from then on, under a new key. An administrator's command."
      })
  static final class Destroy implements Callable<Integer> {
    @Parameters(paramLabel = "DOMAIN", description = "Whose vault.")
    String domain = "";

    @Option(names = "--yes", description = "That it is meant: nothing can bring the key back.")
    boolean yes;

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Destroy(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      if (!yes) {
        throw new Invalid(
            CliError.USAGE_WRONG,
            "Destroying the key of the vault of '%s' makes all tokens that it gave final."
                .formatted(domain),
            "See how many they are with: hosu vault list. If it is meant: hosu vault destroy %s"
                    .formatted(domain)
                + " --yes");
      }
      LakeClient client = server.client(context);
      return Outcomes.each(
          context,
          output,
          List.of(domain),
          "destroyed the key of the vault of",
          id -> client.delete(VAULTS.part(id)));
    }
  }
}
