package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.governance.Permission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Credentials of those who may do everything, and the ways in which credentials end. */
final class MatrixEnds {
  /** The ways, in the order of the marks of {@link #rows}. */
  static final List<String> COLUMNS =
      List.of(
          "expired",
          "switched off",
          "principal gone",
          "session expired",
          "session ended",
          "trust withdrawn");

  private static final Set<Permission> ALL = EnumSet.allOf(Permission.class);
  private static final String SHORT = "{\"ttl\": \"1s\"}";

  private final MatrixLake lake;
  private final Credentials expired;
  private final Credentials sessionExpired;
  private final List<Ending> endings = new ArrayList<>();

  /** Credentials, and what ends them. */
  private record Ending(Credentials credentials, Cut cut) {}

  /** Ends something. */
  private interface Cut {
    void cut() throws Exception;
  }

  MatrixEnds(MatrixLake lake, MatrixPeople people) throws Exception {
    this.lake = lake;
    Credentials off = able(people, "off");
    Credentials gone = able(people, "gone");
    this.expired = lake.credentials("off", SHORT);
    String role = people.role("steward", ALL, "lake");
    this.sessionExpired = people.session(role, SHORT);
    Credentials ended = people.session(role, "{}");
    Credentials withdrawn = people.session(people.role("porter", ALL, "lake"), "{}");
    endings.add(new Ending(off, () -> disable("off")));
    endings.add(
        new Ending(gone, () -> lake.doors().done("DELETE /v1/principals/gone?holdings=drop", "")));
    endings.add(
        new Ending(
            ended,
            () ->
                lake.doors()
                    .done(
                        "DELETE /v1/principals/steward/sessions/" + ended.keys().accessKeyId(),
                        "")));
    endings.add(
        new Ending(
            withdrawn, () -> lake.doors().done("PUT /v1/principals/porter", "{\"trust\": []}")));
  }

  private Credentials able(MatrixPeople people, String name) throws Exception {
    Credentials one = lake.principal(name, Map.of());
    people.grant(name, ALL, "lake");
    return one;
  }

  /** Switches off every token and key of a principal. */
  private void disable(String name) throws Exception {
    for (String kind : List.of("tokens", "keys")) {
      String path = "/v1/principals/%s/%s".formatted(name, kind);
      for (JsonNode one : lake.doors().done("GET " + path, "").path("items")) {
        lake.doors().done("POST %s/%s/disable".formatted(path, one.path("id").asText()), "");
      }
    }
  }

  /** Asks with credentials that are good, ends them, and asks again; a mark for each way. */
  List<MatrixRow> rows(List<MatrixAct> acts, MatrixAsking asking) throws Exception {
    for (MatrixAct act : acts) {
      for (Ending ending : endings) {
        asking.before(act, ending.credentials());
      }
    }
    for (Ending ending : endings) {
      ending.cut().cut();
    }
    awaitEnd(expired);
    awaitEnd(sessionExpired);
    List<MatrixRow> rows = new ArrayList<>();
    for (MatrixAct act : acts) {
      List<String> marks = new ArrayList<>();
      for (Credentials one : inOrder()) {
        marks.add(asking.over(act, one));
      }
      rows.add(new MatrixRow(act, marks));
    }
    return rows;
  }

  private List<Credentials> inOrder() {
    List<Credentials> all = new ArrayList<>(endings.stream().map(Ending::credentials).toList());
    all.add(2, sessionExpired);
    all.addFirst(expired);
    assertThat(all).hasSameSizeAs(COLUMNS);
    return all;
  }

  private void awaitEnd(Credentials one) throws Exception {
    while (lake.doors().api(one, "GET /v1/me", "").isSuccess()) {
      Thread.onSpinWait();
    }
  }
}
