package io.hosu.cli;

import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Suggestions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Every command by its name. A command's class is loaded only when it is called, which is what
 * keeps the start short; the overview and the reference page load them all.
 */
final class Commands {
  private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("up", UpCommand.class);
    ALL.put("demo", DemoCommand.class);
    ALL.put("init", InitCommand.class);
    ALL.put("validate", ValidateCommand.class);
    ALL.put("test", TestCommand.class);
    ALL.put("graph", GraphCommand.class);
    ALL.put("plan", PlanCommand.class);
    ALL.put("apply", ApplyCommand.class);
    ALL.put("put", PutCommand.class);
    ALL.put("cat", CatCommand.class);
    ALL.put("ls", LsCommand.class);
    ALL.put("rm", RmCommand.class);
    ALL.put("import", ImportCommand.class);
    ALL.put("crawl", CrawlCommand.class);
    ALL.put("crawlers", CrawlersCommand.class);
    ALL.put("sql", SqlCommand.class);
    ALL.put("tables", TablesCommand.class);
    ALL.put("views", ViewsCommand.class);
    ALL.put("clone", CloneCommand.class);
    ALL.put("clones", ClonesCommand.class);
    ALL.put("search", SearchCommand.class);
    ALL.put("stages", StagesCommand.class);
    ALL.put("run", RunCommand.class);
    ALL.put("wait", WaitCommand.class);
    ALL.put("executions", ExecutionsCommand.class);
    ALL.put("retry", RetryCommand.class);
    ALL.put("rollback", RollbackCommand.class);
    ALL.put("trace", TraceCommand.class);
    ALL.put("lineage", LineageCommand.class);
    ALL.put("events", EventsCommand.class);
    ALL.put("replay", ReplayCommand.class);
    ALL.put("replays", ReplaysCommand.class);
    ALL.put("backfill", BackfillCommand.class);
    ALL.put("backfills", BackfillsCommand.class);
    ALL.put("schedules", SchedulesCommand.class);
    ALL.put("dlq", DlqCommand.class);
    ALL.put("redrive", RedriveCommand.class);
    ALL.put("login", LoginCommand.class);
    ALL.put("logout", LogoutCommand.class);
    ALL.put("whoami", WhoamiCommand.class);
    ALL.put("principals", PrincipalsCommand.class);
    ALL.put("groups", GroupsCommand.class);
    ALL.put("key", KeyCommand.class);
    ALL.put("token", TokenCommand.class);
    ALL.put("role", RoleCommand.class);
    ALL.put("grant", GrantCommand.class);
    ALL.put("grants", GrantsCommand.class);
    ALL.put("tags", TagsCommand.class);
    ALL.put("detokenize", DetokenizeCommand.class);
    ALL.put("vault", VaultCommand.class);
    ALL.put("can", CanCommand.class);
    ALL.put("access", AccessCommand.class);
    ALL.put("audit", AuditCommand.class);
    ALL.put("status", StatusCommand.class);
    ALL.put("doctor", DoctorCommand.class);
    ALL.put("settings", SettingsCommand.class);
    ALL.put("version", VersionCommand.class);
  }

  /** The commands that stand for several verbs, of which {@code list} is the one meant first. */
  private static final Set<String> GROUPS =
      Set.of(
          "tables",
          "views",
          "tags",
          "stages",
          "executions",
          "events",
          "schedules",
          "replays",
          "backfills",
          "crawlers",
          "clones",
          "dlq",
          "principals",
          "groups",
          "grants",
          "vault",
          "audit");

  private static final Set<String> HELP = Set.of("help", "-h", "--help");
  private static final Set<String> VERSION = Set.of("-V", "--version");

  private Commands() {}

  @Command(
      name = "hosu",
      description = "A data lake in one program: drop files in, query governed tables out.",
      synopsisSubcommandLabel = "COMMAND",
      footer = {
        "",
        "Begin with 'hosu demo', or 'hosu init DIR' and 'hosu up'. One command: hosu COMMAND --help"
      })
  private static final class Root {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        scope = CommandLine.ScopeType.INHERIT,
        description = "Shows how it is used.")
    @SuppressWarnings("UnusedVariable") // picocli reads it.
    private boolean help;
  }

  static boolean isCommand(String word) {
    return ALL.containsKey(word) || HELP.contains(word) || VERSION.contains(word);
  }

  static boolean isGroup(String word) {
    return GROUPS.contains(word);
  }

  static boolean wantsOverview(List<String> args) {
    return args.isEmpty() || HELP.contains(args.getFirst());
  }

  /** The program with all of its commands. */
  static CommandLine all(Context context) {
    IFactory factory = factory(context);
    CommandLine root = new CommandLine(new Root(), factory);
    ALL.forEach((name, type) -> root.addSubcommand(name, new CommandLine(type, factory)));
    return root;
  }

  /** The program with one of its commands. */
  static CommandLine only(String name, Context context) {
    IFactory factory = factory(context);
    CommandLine root = new CommandLine(new Root(), factory);
    String command = VERSION.contains(name) ? "version" : name;
    Class<?> type = ALL.get(command);
    if (type != null) {
      CommandLine made = new CommandLine(type, factory);
      root.addSubcommand(command, made);
      if (VERSION.contains(name)) {
        made.getCommandSpec().aliases(name);
      }
    }
    return root;
  }

  /** Refuses a first argument that is no command. */
  static Invalid unknown(String word) {
    return new Invalid(
        CliError.USAGE_WRONG,
        "'%s' is not a command%s"
            .formatted(word, stopped(Suggestions.didYouMean(word, ALL.keySet()))),
        "See every command with: hosu help");
  }

  /** Says what is wrong with an argument that the command does not take. */
  static String unmatched(UnmatchedArgumentException wrong) {
    String word = wrong.getUnmatched().getFirst();
    var spec = wrong.getCommandLine().getCommandSpec();
    if (word.startsWith("-")) {
      return "'%s' is not an option of '%s'%s"
          .formatted(
              word,
              spec.qualifiedName(),
              stopped(Suggestions.didYouMean(word, spec.optionsMap().keySet())));
    }
    if (!spec.subcommands().isEmpty()) {
      return "'%s' is not a command of '%s'%s"
          .formatted(
              word,
              spec.qualifiedName(),
              stopped(Suggestions.didYouMean(word, spec.subcommands().keySet())));
    }
    return "'%s' does not take '%s'.".formatted(spec.qualifiedName(), word);
  }

  private static String stopped(String suggestion) {
    return suggestion.isEmpty() ? "." : suggestion;
  }

  /** Commands are made with the context, everything else without arguments. */
  private static IFactory factory(Context context) {
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        for (var constructor : type.getDeclaredConstructors()) {
          if (constructor.getParameterCount() == 1
              && constructor.getParameterTypes()[0] == Context.class) {
            return type.cast(constructor.newInstance(context));
          }
        }
        return CommandLine.defaultFactory().create(type);
      }
    };
  }
}
