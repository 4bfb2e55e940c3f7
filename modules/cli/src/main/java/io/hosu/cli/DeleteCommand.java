package io.hosu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that does away with some of what the API lists. */
abstract class DeleteCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "ID",
      arity = "1..*",
      description = "Which, by what the list calls them in its first column.")
  List<String> ids = new ArrayList<>();

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;
  private final ApiPath all;
  private final String done;

  /**
   * A command that deletes.
   *
   * @param done what to say of each that is gone, for example {@code dropped}
   */
  DeleteCommand(Context context, ApiPath all, String done) {
    this.context = context;
    this.all = all;
    this.done = done;
  }

  @Override
  public final Integer call() {
    LakeClient client = server.client(context);
    return Outcomes.each(context, output, ids, done, id -> client.delete(all.part(id)));
  }
}
