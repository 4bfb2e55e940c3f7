package io.hosu.tables;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Somebody who speaks to the Iceberg door without any library. */
final class RawClient {
  private final DoorWorld world;
  private final String token;
  private @Nullable HttpResponse<String> last;

  /** A new person. */
  RawClient(DoorWorld world, String name) {
    this.world = world;
    world.person(name);
    this.token =
        world
            .lake
            .database
            .write(tx -> world.governance.tokens().createLasting(tx, name))
            .text()
            .reveal();
  }

  /** The body of the answer to a request, which has this status. */
  String send(String method, String path, String body, Map<String, String> headers, int status)
      throws Exception {
    HttpResponse<String> answer = ask(method, path, body, headers);
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(status);
    return answer.body();
  }

  /** The answer to a request, whatever it is. */
  HttpResponse<String> ask(String method, String path, String body, Map<String, String> headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(world.http.address().resolve("/iceberg/v1" + path))
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      last = answer;
      return answer;
    }
  }

  /** A header of the last answer. */
  String header(String name) {
    return requireNonNull(last).headers().firstValue(name).orElseThrow();
  }
}
