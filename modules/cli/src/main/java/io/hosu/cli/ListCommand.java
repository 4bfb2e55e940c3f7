package io.hosu.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that lists what the API lists. */
abstract class ListCommand implements Callable<Integer> {
  @Mixin ListOptions list = new ListOptions();
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  final Context context;
  private final String none;
  private final Column[] columns;

  /**
   * A command that lists.
   *
   * @param none what to say to a person when there is nothing
   */
  ListCommand(Context context, String none, Column... columns) {
    this.context = context;
    this.none = none;
    this.columns = columns;
  }

  /** What is asked for, without how much of it. */
  abstract ApiPath path();

  @Override
  public final Integer call() {
    OptionValues.limit("--limit", list.limit);
    new Answers(context.terminal())
        .list(
            new ItemList(server.client(context), path(), list.limit), output.format, none, columns);
    return Cli.OK;
  }
}
