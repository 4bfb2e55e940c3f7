package io.hosu.cli;

import picocli.CommandLine.Mixin;

/** A command that lists what the API lists, of which it tells the age. */
abstract class RecentCommand extends ListCommand {
  @Mixin SinceOption since = new SinceOption();

  /**
   * A command that lists.
   *
   * @param none what to say to a person when there is nothing
   */
  RecentCommand(Context context, String none, Column... columns) {
    super(context, none, columns);
  }

  /** What is asked for, without how much of it, and of what age. */
  abstract ApiPath all();

  @Override
  final ApiPath path() {
    return all().query("since", since.since(context.clock()));
  }
}
