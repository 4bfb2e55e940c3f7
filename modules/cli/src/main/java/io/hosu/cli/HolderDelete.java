package io.hosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that removes who may hold grants and be trusted: refused while that is so. */
abstract class HolderDelete implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", description = "Which.")
  String name = "";

  @Option(
      names = "--with-what-it-holds",
      description = "Ends the grants to it and the trust in it that were given by command.")
  boolean withHoldings;

  @Mixin ServerOptions server = new ServerOptions();

  private final Context context;
  private final ApiPath all;

  HolderDelete(Context context, ApiPath all) {
    this.context = context;
    this.all = all;
  }

  @Override
  public final Integer call() {
    server.client(context).delete(all.part(name).query("holdings", withHoldings ? "drop" : ""));
    context.terminal().say("deleted " + name);
    return Cli.OK;
  }
}
