package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.kernel.Json;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets a principal do something. */
@Command(
    name = "grant",
    description = "Lets a principal do something.",
    footer = {
      "",
      "  hosu grant alice SELECT,DESCRIBE aviation.analytics",
      "  hosu grant group:eu SELECT shop.stage.people --mask ssn=last(4) --rows \"region = 'EU'\"",
      "  hosu grant domain:sales SELECT hr.stage.people --until 90d"
    })
final class GrantCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "PRINCIPAL",
      description = {
        "Who: a principal by name, group:NAME, domain:NAME (its stages), or",
        "principal:\"region = EU\"."
      })
  String principal = "";

  @Parameters(
      index = "1",
      paramLabel = "PERMISSION[,PERMISSION...]",
      description = "What: DESCRIBE, SELECT, INSERT, DELETE, READ_OBJECTS, RUN, ...")
  String permissions = "";

  @Parameters(
      index = "2",
      paramLabel = "RESOURCE",
      description = {
        "On what: lake, DOMAIN, DOMAIN.LAYER, DOMAIN.LAYER.TABLE, LAYER/KEY/,",
        "dataset:DOMAIN.DATASET, pipeline:DOMAIN.PIPELINE or tag:\"pii = low\"."
      })
  String resource = "";

  @Option(names = "--deny", description = "Denies it, whatever else allows it.")
  boolean deny;

  @Mixin TermsOptions terms = new TermsOptions();

  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;

  GrantCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ObjectNode body = Json.object().put("principal", principal).put("on", resource);
    var list = body.putArray("permissions");
    for (String permission : permissions.split(",", -1)) {
      list.add(permission.strip().toUpperCase(Locale.ROOT));
    }
    if (deny) {
      body.put("effect", "deny");
    }
    terms.addTo(body, context.clock());
    JsonNode grant = server.client(context).post(GrantsCommand.GRANTS, body);
    grant
        .path("warnings")
        .forEach(warning -> context.terminal().note("warning: " + warning.asText()));
    if (output.format == Format.JSON) {
      new Answers(context.terminal()).json(grant);
    } else {
      context
          .terminal()
          .say(
              "%s %s on %s to %s  %s"
                  .formatted(
                      deny ? "denied" : "granted",
                      permissions,
                      resource,
                      principal,
                      grant.path("id").asText()));
    }
    return Cli.OK;
  }
}
