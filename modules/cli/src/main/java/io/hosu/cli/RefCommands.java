package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Branches and tags of a table: names of its snapshots, as Iceberg has them. */
final class RefCommands {
  private RefCommands() {}

  private static ApiPath refs(String table) {
    return ApiPath.of("/v1/tables").part(table).part("refs");
  }

  /** Where a new one begins. */
  static final class Beginning {
    @Option(
        names = "--at",
        paramLabel = "SNAPSHOT",
        description = "The id of a snapshot; else where --from is now.")
    String snapshot = "";

    @Option(
        names = "--from",
        paramLabel = "REF",
        description = "Another branch or tag; standard: main, the table as it is.")
    String from = "";

    void putInto(ObjectNode body) {
      put(body, "snapshot", snapshot);
      put(body, "from", from);
    }
  }

  /** How long a branch or a tag is kept. */
  static final class KeepFor {
    @Option(
        names = "--keep-for",
        paramLabel = "AGE",
        description = "Upkeep drops it when its snapshot is older, for example 30d.")
    String keepFor = "";
  }

  /** How much of a branch is kept. */
  static final class KeepSnapshots {
    @Option(
        names = "--keep-snapshots",
        paramLabel = "COUNT",
        description = "So many of its snapshots stay whatever their age.")
    String keepSnapshots = "";

    @Option(
        names = "--keep-snapshots-for",
        paramLabel = "AGE",
        description = "Its snapshots stay as long, for example 7d.")
    String keepSnapshotsFor = "";
  }

  /** What all of them have. */
  static final class Common {
    @Mixin ServerOptions server = new ServerOptions();
    @Mixin OutputOptions output = new OutputOptions();

    int told(Context context, JsonNode answer, String said) {
      if (output.format == Format.JSON) {
        new Answers(context.terminal()).json(answer);
      } else {
        context.terminal().say(said);
      }
      return Cli.OK;
    }
  }

  private static ObjectNode put(ObjectNode body, String field, String value) {
    return value.isEmpty() ? body : body.put(field, value);
  }

  private static ObjectNode rules(ObjectNode body, KeepFor age, KeepSnapshots snapshots) {
    put(body, "keep_snapshots", snapshots.keepSnapshots);
    put(body, "keep_snapshots_for", snapshots.keepSnapshotsFor);
    return put(body, "keep_for", age.keepFor);
  }

  /** Lists some. */
  abstract static class Listing extends ListCommand {
    @Parameters(paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
    String table = "";

    private final String type;

    Listing(Context context, String none, String type) {
      super(
          context,
          none,
          Column.text("name"),
          Column.text("type"),
          Column.text("snapshot"),
          Column.text("committed_at"),
          Column.text("keep_snapshots"),
          Column.text("keep_snapshots_for"),
          Column.text("keep_for"));
      this.type = type;
    }

    @Override
    ApiPath path() {
      return refs(table).query("type", type);
    }
  }

  /** Lists all. */
  @Command(name = "refs", description = "Lists the branches and tags of a table.")
  static final class Refs extends Listing {
    Refs(Context context) {
      super(context, "No snapshots yet, so no branches and tags.", "");
    }
  }

  /** Lists branches. */
  @Command(name = "list", description = "Lists the branches of a table.")
  static final class ListBranches extends Listing {
    ListBranches(Context context) {
      super(context, "No snapshots yet, so no branches.", "branch");
    }
  }

  /** Lists tags. */
  @Command(name = "list", description = "Lists the tags of a table.")
  static final class ListTags extends Listing {
    ListTags(Context context) {
      super(context, "No tags.", "tag");
    }
  }

  /** Branches. */
  @Command(
      name = "branch",
      description = "Branches of a table, which engines commit to beside it.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {ListBranches.class, CreateBranch.class, KeepBranch.class, DropBranch.class})
  static final class Branch {}

  /** Tags. */
  @Command(
      name = "tag",
      description = "Tags of a table, which name snapshots that stay.",
      synopsisSubcommandLabel = "COMMAND",
      subcommands = {ListTags.class, CreateTag.class, KeepTag.class, DropTag.class})
  static final class Tag {}

  /** The table and the ref. */
  static final class Which {
    @Parameters(index = "0", paramLabel = "DOMAIN.LAYER.TABLE", description = "The table.")
    String table = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The branch or tag.")
    String name = "";

    int create(Context context, Common common, String type, ObjectNode body) {
      JsonNode answer =
          common.server.client(context).post(refs(table), body.put("name", name).put("type", type));
      return common.told(
          context,
          answer,
          "made %s %s of %s at snapshot %s"
              .formatted(type, name, table, answer.path("snapshot").asText()));
    }

    int keep(Context context, Common common, ObjectNode body) {
      JsonNode answer = common.server.client(context).put(refs(table).part(name), body);
      return common.told(
          context,
          answer,
          answer.path("changed").asBoolean()
              ? "%s of %s is kept so".formatted(name, table)
              : "%s of %s is kept so already".formatted(name, table));
    }

    int drop(Context context, ServerOptions server) {
      server.client(context).delete(refs(table).part(name));
      context.terminal().say("dropped %s of %s".formatted(name, table));
      return Cli.OK;
    }
  }

  /** Makes a branch. */
  @Command(
      name = "create",
      description = "Makes a branch; no file is copied.",
      footer = {"", "  hosu tables branch create shop.stage.orders audit --keep-for 7d"})
  static final class CreateBranch implements Callable<Integer> {
    @Mixin Which which = new Which();
    @Mixin Beginning beginning = new Beginning();
    @Mixin KeepFor age = new KeepFor();
    @Mixin KeepSnapshots snapshots = new KeepSnapshots();
    @Mixin Common common = new Common();
    private final Context context;

    CreateBranch(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = rules(Json.object(), age, snapshots);
      beginning.putInto(body);
      return which.create(context, common, "branch", body);
    }
  }

  /** Makes a tag. */
  @Command(
      name = "create",
      description = "Makes a tag: the snapshot that it names stays as long as it is there.",
      footer = {"", "  hosu tables tag create shop.stage.orders year-2025"})
  static final class CreateTag implements Callable<Integer> {
    @Mixin Which which = new Which();
    @Mixin Beginning beginning = new Beginning();
    @Mixin KeepFor age = new KeepFor();
    @Mixin Common common = new Common();
    private final Context context;

    CreateTag(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      ObjectNode body = rules(Json.object(), age, new KeepSnapshots());
      beginning.putInto(body);
      return which.create(context, common, "tag", body);
    }
  }

  /** Changes what is kept of a branch. */
  @Command(name = "keep", description = "Changes how long a branch is kept, and what of it.")
  static final class KeepBranch implements Callable<Integer> {
    @Mixin Which which = new Which();
    @Mixin KeepFor age = new KeepFor();
    @Mixin KeepSnapshots snapshots = new KeepSnapshots();
    @Mixin Common common = new Common();
    private final Context context;

    KeepBranch(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      return which.keep(context, common, rules(Json.object(), age, snapshots));
    }
  }

  /** Changes how long a tag is kept. */
  @Command(name = "keep", description = "Changes how long a tag is kept.")
  static final class KeepTag implements Callable<Integer> {
    @Mixin Which which = new Which();
    @Mixin KeepFor age = new KeepFor();
    @Mixin Common common = new Common();
    private final Context context;

    KeepTag(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      return which.keep(context, common, rules(Json.object(), age, new KeepSnapshots()));
    }
  }

  /** Drops a branch. */
  @Command(
      name = "drop",
      description = "Drops a branch; upkeep removes the snapshots that only it had.")
  static final class DropBranch implements Callable<Integer> {
    @Mixin Which which = new Which();
    @Mixin ServerOptions server = new ServerOptions();
    private final Context context;

    DropBranch(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      return which.drop(context, server);
    }
  }

  /** Drops a tag. */
  @Command(name = "drop", description = "Drops a tag; upkeep may remove its snapshot then.")
  static final class DropTag implements Callable<Integer> {
    @Mixin Which which = new Which();
    @Mixin ServerOptions server = new ServerOptions();
    private final Context context;

    DropTag(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      return which.drop(context, server);
    }
  }

  /** Sets a branch forward. */
  @Command(
      name = "fast-forward",
      description = "Sets a branch, which is main if none is named, forward to another.",
      footer = {"", "  hosu tables fast-forward shop.stage.orders audit"})
  static final class FastForward implements Callable<Integer> {
    @Mixin Which to = new Which();

    @Option(names = "--branch", paramLabel = "NAME", description = "What is set forward.")
    String branch = "main";

    @Mixin Common common = new Common();
    private final Context context;

    FastForward(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      JsonNode answer =
          common
              .server
              .client(context)
              .post(
                  ApiPath.of("/v1/tables").part(to.table).part("fast-forward"),
                  Json.object().put("branch", branch).put("to", to.name));
      return common.told(
          context,
          answer,
          answer.path("changed").asBoolean()
              ? "%s of %s is at snapshot %s now"
                  .formatted(branch, to.table, answer.path("snapshot").asText())
              : "%s of %s is there already".formatted(branch, to.table));
    }
  }
}
