package io.hosu.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hosu.governance.AccessState;
import io.hosu.governance.Principal;
import io.hosu.kernel.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/**
 * Compares what the access tests of a project say with what the project declares, without a server.
 * What is declared on a server by command does not count.
 */
public final class AccessTests {
  private final AccessState state;

  private AccessTests(AccessState state) {
    this.state = state;
  }

  /**
   * What became of an expectation.
   *
   * @param passed whether it is as it says
   * @param decision {@code allowed}, {@code masked}, {@code filtered} or {@code denied}
   * @param why the grant that allows it, or the reason why it is denied
   */
  public record Outcome(Expectation expectation, boolean passed, String decision, String why) {
    /** The fields {@code file, line, column, expectation, passed, decision, why}. */
    public ObjectNode toJson() {
      Place place = expectation.place();
      ObjectNode json = Json.object();
      json.put("file", place.file()).put("line", place.line()).put("column", place.column());
      json.put("expectation", expectation.text()).put("passed", passed);
      return json.put("decision", decision).put("why", why);
    }
  }

  /** The outcomes of all expectations, in the order of files and lines. */
  public static List<Outcome> run(LakeProject project, InstantSource clock) {
    AccessTests tests = new AccessTests(DesiredAccess.of(project.desired(), clock));
    return project.expectations().stream().map(tests::run).toList();
  }

  private Outcome run(Expectation expectation) {
    AccessState.Answer answer =
        state.ask(principal(expectation.who()), expectation.permission(), expectation.on());
    boolean can = !answer.decision().equals("denied");
    boolean passed =
        can == expectation.can()
            && expectation.how().stream().allMatch(how -> how.equals(answer.decision()));
    return new Outcome(expectation, passed, answer.decision(), answer.why());
  }

  private Principal principal(String who) {
    String name = Principal.nameIn(who);
    if (who.startsWith("group:")) {
      return Principal.user("somebody").in(Set.of(name));
    }
    return state.find(name).orElseGet(() -> Principal.user(name).asAdministrator());
  }
}
