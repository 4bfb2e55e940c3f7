package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Groups of principals. */
@Command(
    name = "groups",
    description = "Groups of principals. Without a verb: list.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GroupsCommand.Show.class,
      GroupsCommand.Describe.class,
      GroupsCommand.Create.class,
      GroupsCommand.Change.class,
      GroupsCommand.Delete.class
    })
final class GroupsCommand {
  static final ApiPath GROUPS = ApiPath.of("/v1/groups");

  /** Lists them. */
  @Command(
      name = "list",
      description = {
        "Lists groups: those that were made by command (cli) or in the lake project (git), and those",
        "that are there because a principal belongs to them (principals)."
      })
  static final class Show extends ListCommand {
    Show(Context context) {
      super(
          context,
          "No groups.",
          Column.text("name"),
          Column.number("members"),
          Column.text("source"),
          Column.text("created_at"));
    }

    @Override
    ApiPath path() {
      return GROUPS;
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description =
          "Shows a group with its members, the domains that it owns, its grants, and the roles that"
              + " trust it.")
  static final class Describe extends DetailCommand {
    @Parameters(paramLabel = "NAME", description = "Which.")
    String name = "";

    Describe(Context context) {
      super(context);
    }

    @Override
    ApiPath path() {
      return GROUPS.part(name);
    }
  }

  /** Makes one. */
  @Command(
      name = "create",
      description = "Makes a group.",
      footer = {"", "  hosu groups create analysts --member alice --member bob"})
  static final class Create implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    String name = "";

    @Option(
        names = "--member",
        paramLabel = "NAME",
        description = "A principal that belongs to it.")
    List<String> members = new ArrayList<>();

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Create(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object().put("name", name);
      put(body, "members", members);
      return tell(context, output, server.client(context).post(GROUPS, body));
    }
  }

  /** Changes who belongs to one. */
  @Command(
      name = "change",
      description = {
        "Changes who belongs to a group. What the lake project declares is changed there: such a",
        "group, and such a principal."
      },
      footer = {"", "  hosu groups change analysts --add carol --remove bob"})
  static final class Change implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Which.")
    String name = "";

    @Option(names = "--add", paramLabel = "NAME", description = "A principal that joins.")
    List<String> add = new ArrayList<>();

    @Option(names = "--remove", paramLabel = "NAME", description = "A principal that leaves.")
    List<String> remove = new ArrayList<>();

    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();
    private final Context context;

    Change(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = Json.object();
      put(body, "add", add);
      put(body, "remove", remove);
      return tell(context, output, server.client(context).put(GROUPS.part(name), body));
    }
  }

  /** Removes one. */
  @Command(
      name = "delete",
      description = {
        "Removes a group that was made by command: its members leave it. One that owns or holds",
        "something is refused, with what that is."
      })
  static final class Delete extends HolderDelete {
    Delete(Context context) {
      super(context, GROUPS);
    }
  }

  private static void put(ObjectNode body, String field, List<String> names) {
    ArrayNode list = body.putArray(field);
    names.forEach(list::add);
  }

  private static int tell(Context context, OutputOptions output, JsonNode group) {
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(group);
    } else {
      new DetailView(context.terminal(), output.format).show(group);
    }
    return Cli.OK;
  }
}
