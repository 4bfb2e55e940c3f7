package io.hosu.cli;

import picocli.CommandLine.Parameters;

/** A command that shows all about one of what the API lists, by its id. */
abstract class ShowCommand extends DetailCommand {
  @Parameters(paramLabel = "ID", description = "Its id, or any unique beginning of it.")
  String id = "";

  private final ApiPath all;

  ShowCommand(Context context, ApiPath all) {
    super(context);
    this.all = all;
  }

  @Override
  final ApiPath path() {
    return all.part(id);
  }
}
