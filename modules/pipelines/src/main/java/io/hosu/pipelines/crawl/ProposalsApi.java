package io.hosu.pipelines.crawl;

import io.hosu.governance.Authentication;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.Legible;
import io.hosu.pipelines.Pipelines;
import io.hosu.pipelines.Stages;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What crawlers propose, over HTTP: {@code GET /v1/crawl-proposals} with {@code status}, {@code
 * limit} and {@code next}; {@code GET /v1/crawl-proposals/{id}} with the change as a diff; {@code
 * POST /v1/crawl-proposals/{id}/apply}, and {@code .../refuse} with {@code why}. To decide takes
 * the right to alter the table.
 */
public final class ProposalsApi implements Routes {
  private static final int MOST_WHY = 1000;

  private final Proposals proposals;

  /** The proposals of the crawlers among {@code stages}. */
  public ProposalsApi(
      Pipelines.Parts parts, Pipelines.Work work, Stages stages, DeclaredTables declared) {
    this.proposals = new Proposals(parts, work, stages, declared);
  }

  @Override
  public void register(Router.Builder router) {
    router
        .get("/v1/crawl-proposals", this::list, "status", "limit", "next")
        .get("/v1/crawl-proposals/{id}", this::show)
        .post("/v1/crawl-proposals/{id}/apply", this::apply)
        .post("/v1/crawl-proposals/{id}/refuse", this::refuse);
  }

  private void list(Call call) throws IOException {
    Optional<Proposal.Status> status = call.query("status", ProposalsApi::status);
    call.send(
        proposals.list(Authentication.caller(call), status, call.next().orElse(""), call.limit()));
  }

  private void show(Call call) throws IOException {
    call.send(200, proposals.show(Authentication.caller(call), call.variable("id")));
  }

  private void apply(Call call) throws IOException {
    call.requireNoFields();
    call.send(200, proposals.apply(Authentication.caller(call), call.variable("id")));
  }

  private void refuse(Call call) throws IOException {
    String why = call.hasBody() ? call.fields("why").optionalText("why").orElse("") : "";
    if (why.length() > MOST_WHY) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "The reason has %d characters.".formatted(why.length()),
          "Give one of at most %d.".formatted(MOST_WHY));
    }
    call.send(
        200,
        proposals.refuse(
            Authentication.caller(call), call.variable("id"), Legible.of(why.strip())));
  }

  private static Proposal.Status status(String text) {
    return Arrays.stream(Proposal.Status.values())
        .filter(status -> status.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() ->
            new Invalid(
                HttpError.PARAMETER_INVALID,
                "'%s' is no status of a proposal.".formatted(text),
                "Give one of: %s.".formatted(Arrays.toString(Proposal.Status.values()))));
  }
}
