package io.hosu.governance;

import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.kernel.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which grant is named as the reason of an answer. */
class ReasonsTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
  private static final Principal ALICE = Principal.user("alice").in(Set.of("analysts"));
  private static final String PEOPLE = "air.stage.people";

  @Test
  void theGrantThatShowsAllIsTheReasonAndNotAnotherThatShowsLess() {
    Grant all = grant("group:analysts", "SELECT", PEOPLE, "{}");
    Grant less =
        grant("user:alice", "SELECT", "lake", "{'rows': 'id = 1', 'masks': {'ssn': 'hash'}}");

    assertThat(reasons(PEOPLE, less, all)).containsExactly(all);
    assertThat(reasons(PEOPLE, all, less)).containsExactly(all);
    assertThat(reasons(PEOPLE + ".ssn", less, all)).containsExactly(all);
  }

  @Test
  void ofAColumnTheGrantIsTheReasonThatShowsMostOfIt() {
    Grant last = grant("user:alice", "SELECT", "air", "{'masks': {'ssn': 'last(4)'}}");
    Grant hash =
        grant("user:alice", "SELECT", "lake", "{'masks': {'ssn': 'hash', 'email': 'hash'}}");
    Grant email = grant("group:analysts", "SELECT", PEOPLE, "{'columns': ['email']}");

    assertThat(reasons(PEOPLE + ".ssn", hash, last, email)).startsWith(last);
    assertThat(reasons(PEOPLE + ".email", hash, last, email)).containsExactly(last);
    assertThat(reasons(PEOPLE, hash, last, email)).startsWith(last);
  }

  @Test
  void theReasonOfAFilteredAnswerIsTheGrantWithThoseRows() {
    Grant rows = grant("group:analysts", "SELECT", PEOPLE, "{'rows': 'id < 9'}");
    Grant fewer = grant("user:alice", "SELECT", "lake", "{'rows': 'id < 9', 'columns': ['id']}");

    assertThat(reasons(PEOPLE, fewer, rows)).startsWith(rows);
  }

  @Test
  void whatTwoGrantsMakeTogetherNamesBoth() {
    Grant ids = grant("user:alice", "SELECT", "lake", "{'columns': ['id']}");
    Grant others = grant("user:alice", "SELECT", PEOPLE, "{'columns': {'except': ['id']}}");

    assertThat(reasons(PEOPLE, ids, others)).containsExactlyInAnyOrder(ids, others);
  }

  @Test
  void ofGrantsThatDoTheSameTheOneIsTheReasonThatHoldsLongest() {
    for (String permission : List.of("SELECT", "ALTER")) {
      Grant soon = grant("user:alice", permission, "lake", "{'until': '2026-02-01'}");
      Grant later = grant("user:alice", permission, "air", "{'until': '2026-03-01'}");
      Grant always = grant("group:analysts", permission, PEOPLE, "{}");

      assertThat(reasons(permission, PEOPLE, soon, later, always)).containsExactly(always);
      assertThat(reasons(permission, PEOPLE, soon, later)).containsExactly(later);
    }
  }

  @Test
  void whatIsDeniedIsNoReason() {
    Grant all = grant("user:alice", "SELECT", "lake", "{}");
    Grant some = grant("user:alice", "SELECT", PEOPLE, "{'columns': ['id', 'email']}");
    Grant deny = grant("user:alice", "SELECT", PEOPLE, "{'columns': ['ssn']}").asDeny();

    assertThat(reasons(PEOPLE, some, deny, all)).startsWith(all).doesNotContain(deny);
  }

  private static List<Grant> reasons(String on, Grant... grants) {
    return reasons("SELECT", on, grants);
  }

  /** The grants of the answer, under the ids that they were made with. */
  private static List<Grant> reasons(String permission, String on, Grant... grants) {
    Rights rights =
        new Rights(PolicyState.of(0, Arrays.asList(grants), List.of(), TagTree.empty()), CLOCK);
    return Reasons.explain(rights, ALICE, Permission.parse(permission), Resource.parse(on))
            instanceof Decision.Allowed(var its, _)
        ? its
        : List.of();
  }

  private static Grant grant(String to, String permission, String on, String terms) {
    return new Grant(
            "%s %s %s".formatted(to, on, terms),
            Grantee.parse(to),
            EnumSet.of(Permission.parse(permission)),
            Resource.parse(on),
            Grant.CLI)
        .with(Terms.fromJson(Json.parse(terms.replace('\'', '"'))));
  }
}
