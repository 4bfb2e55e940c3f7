package io.hosu.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.e2e.MatrixDoors.Answer;
import io.hosu.e2e.MatrixDoors.Credentials;
import io.hosu.governance.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks each request as everybody, and holds each answer against the rules. */
final class MatrixAsking {
  /** The columns of what {@link #row} returns. */
  static final List<String> COLUMNS =
      List.of(
          "owner",
          "granted it",
          "granted all but it",
          "administrator",
          "other team",
          "stranger",
          "temporary",
          "temporary, narrowed",
          "granted, then revoked",
          "granted until a moment ago");

  private static final String WAVERING = "wavering";
  private static final String YES = "yes";

  private final MatrixLake lake;
  private final MatrixPeople people;
  private final Credentials wavering;

  MatrixAsking(MatrixLake lake, MatrixPeople people) throws Exception {
    this.lake = lake;
    this.people = people;
    this.wavering = lake.principal(WAVERING, Map.of());
  }

  /** Asks it as each of {@link #COLUMNS}. */
  MatrixRow row(MatrixAct act) throws Exception {
    Set<Permission> needed = act.needed();
    List<String> marks = new ArrayList<>();
    marks.add(
        act.on().equals("lake") ? refused(act, people.owner()) : allowed(act, people.owner()));
    marks.add(allowed(act, people.having(needed, act.on())));
    marks.add(act.canLack() ? lacking(act, people.having(act.allBut(), act.on())) : "–");
    marks.add(
        act.isForAdministrators()
            ? allowed(act, people.administrator())
            : refused(act, people.administrator()));
    marks.add(refused(act, people.otherTeam()));
    marks.add(refused(act, people.stranger()));
    marks.add(allowed(act, people.temporary(needed, act.on())));
    marks.add(refused(act, people.narrowed(needed, act.on())));
    String grant = people.grant(WAVERING, needed, act.on());
    String before = allowed(act, wavering);
    lake.doors().done("DELETE /v1/grants/" + grant, "");
    marks.add(before + ", then " + refused(act, wavering));
    marks.add(refused(act, people.ended(needed, act.on())));
    return new MatrixRow(act, marks);
  }

  private String allowed(MatrixAct act, Credentials who) throws Exception {
    Answer answer = act.request().send(lake.doors(), who);
    assertThat(act.isAllowed(answer)).as("%s is allowed: %s", told(act), answer).isTrue();
    return YES;
  }

  /** Refused, or answered as if there were nothing; what is hidden is not told either way. */
  private String refused(MatrixAct act, Credentials who) throws Exception {
    Answer answer = act.request().send(lake.doors(), who);
    assertThat(act.isAllowed(answer)).as("%s is allowed: %s", told(act), answer).isFalse();
    assertThat(answer.text()).as(told(act)).doesNotContain(MatrixLake.HIDDEN);
    assertThat(answer.status()).as("%s: %s", told(act), answer).isIn(200, 403, 404);
    return mark(answer);
  }

  private String lacking(MatrixAct act, Credentials who) throws Exception {
    if (act.what().equals(MatrixIceberg.READ) || act.what().equals(MatrixActs.AUDIT)) {
      return refused(act, who);
    }
    Answer answer = act.request().send(lake.doors(), who);
    assertThat(answer.status()).as("%s: %s", told(act), answer).isEqualTo(403);
    assertThat(answer.missing())
        .as("%s: %s", told(act), answer)
        .isEqualTo(act.what().equals(MatrixActs.HEAD) ? "" : act.permission().name());
    return mark(answer);
  }

  /** Asks with credentials that are over. */
  String over(MatrixAct act, Credentials who) throws Exception {
    Answer answer = act.request().send(lake.doors(), who);
    assertThat(answer.status()).as("%s: %s", told(act), answer).isIn(400, 401, 403);
    assertThat(answer.missing()).as(told(act)).isEmpty();
    return mark(answer);
  }

  /** Asks with credentials that are not over yet. */
  void before(MatrixAct act, Credentials who) throws Exception {
    allowed(act, who);
  }

  private static String mark(Answer answer) {
    return answer.isSuccess() ? "nothing" : String.valueOf(answer.status());
  }

  private static String told(MatrixAct act) {
    return "%s, %s, %s".formatted(act.door(), act.permission(), act.what());
  }
}
