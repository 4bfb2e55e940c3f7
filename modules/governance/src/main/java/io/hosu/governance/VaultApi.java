package io.hosu.governance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.Detokenizing.Behind;
import io.hosu.http.Call;
import io.hosu.http.HttpError;
import io.hosu.http.Router;
import io.hosu.http.Routes;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.HosuException.NotFound;
import io.hosu.kernel.Instants;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;

/**
 * Tokens of masks: {@code POST /v1/detokenize} with {@code {"tokens": [...]}} gives the values to
 * who may DETOKENIZE, all or none; administrators list and destroy the keys of vaults.
 */
final class VaultApi implements Routes {
  private static final String PATH = "/v1/vaults";
  private static final int MOST = 1000;

  private final Vault vault;
  private final Function<Caller, Detokenizing> detokenizing;
  private final Administration administration;

  VaultApi(
      Vault vault, Function<Caller, Detokenizing> detokenizing, Administration administration) {
    this.vault = vault;
    this.detokenizing = detokenizing;
    this.administration = administration;
  }

  @Override
  public void register(Router.Builder router) {
    router
        .post("/v1/detokenize", this::detokenize)
        .get(PATH, this::list, "limit", "next")
        .delete(PATH + "/{domain}", this::destroy);
  }

  private void detokenize(Call call) throws IOException {
    List<String> tokens = call.fields("tokens").texts("tokens");
    if (tokens.isEmpty() || tokens.size() > MOST) {
      throw new Invalid(
          HttpError.BODY_INVALID,
          "'tokens' has %d tokens, and not 1 to %d.".formatted(tokens.size(), MOST),
          "Send them in parts, or use detokenize(column) in SQL.");
    }
    try (Detokenizing way = detokenizing.apply(Authentication.caller(call))) {
      List<Behind> behind = way.behind(tokens);
      ObjectNode answer = Json.object();
      ArrayNode values = answer.putArray("values");
      for (int i = 0; i < tokens.size(); i++) {
        String token = tokens.get(i);
        values.addObject().put("token", token).put("value", value(token, behind.get(i)));
      }
      call.send(200, answer);
    }
  }

  private static String value(String token, Behind behind) {
    return switch (behind) {
      case Behind.Value(Secret value) -> value.reveal();
      case Behind.Destroyed(String domain) ->
          throw new Conflict(
              GovernanceError.VAULT_KEY_DESTROYED,
              "The token %s is final: the key of the vault of %s was destroyed."
                  .formatted(token, domain),
              "Nobody can turn it back. Tokens that were given since then can be.");
      case Behind.Unknown() ->
          throw new NotFound(
              GovernanceError.VAULT_TOKEN_NOT_FOUND,
              "There is no token %s that you may know of.".formatted(token),
              "Copy it whole: 'tok_' and 26 letters and digits, as the masked column shows it.");
    };
  }

  private void list(Call call) throws IOException {
    administration.requireAdministrator(call);
    CredentialsApi.send(call, vault.list(), Vault.Summary::domain, VaultApi::json);
  }

  private static ObjectNode json(Vault.Summary summary) {
    return Json.object()
        .put("domain", summary.domain())
        .put("tokens", summary.tokens())
        .put("created_at", Instants.print(summary.createdAt()));
  }

  private void destroy(Call call) {
    String domain = call.variable("domain");
    administration.requireAdministrator(call);
    administration.change(
        call,
        "DESTROY_VAULT",
        new Resource.Domain(domain).toString(),
        tx -> {
          vault.destroy(tx, domain);
          return domain;
        });
    call.sendNothing();
  }
}
