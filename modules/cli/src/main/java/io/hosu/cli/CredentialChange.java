package io.hosu.cli;

import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command that switches keys or tokens of a principal off or on, or ends them. */
abstract class CredentialChange implements Callable<Integer> {
  /** What can be done to them, in the words of the API. */
  enum Verb {
    DISABLE("disabled"),
    ENABLE("enabled"),
    DELETE("deleted");

    private final String done;

    Verb(String done) {
      this.done = done;
    }
  }

  @Parameters(index = "0", paramLabel = "PRINCIPAL", description = "Whose.")
  String principal = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ID",
      arity = "1..*",
      description = "Which, by what the list calls them in its first column.")
  List<String> ids = new ArrayList<>();

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;
  private final String kind;
  private final Verb verb;

  /**
   * A command that changes them.
   *
   * @param kind the last part of their route: keys or tokens
   */
  CredentialChange(Context context, String kind, Verb verb) {
    this.context = context;
    this.kind = kind;
    this.verb = verb;
  }

  @Override
  public final Integer call() {
    LakeClient client = server.client(context);
    ApiPath all = PrincipalsCommand.PRINCIPALS.part(principal).part(kind);
    return Outcomes.each(context, output, ids, verb.done, id -> change(client, all.part(id)));
  }

  private void change(LakeClient client, ApiPath path) {
    switch (verb) {
      case DELETE -> client.delete(path);
      case DISABLE -> client.post(path.part("disable"), Json.object());
      case ENABLE -> client.post(path.part("enable"), Json.object());
    }
  }
}
