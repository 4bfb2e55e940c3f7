package io.hosu.pipelines;

import io.hosu.events.EventLog;
import io.hosu.events.Queues;
import io.hosu.events.Rules;
import io.hosu.events.Schedules;
import io.hosu.governance.Grants;
import io.hosu.kernel.Ids;
import io.hosu.store.Database;
import java.time.InstantSource;

/** The real stages, without anything that would run them. */
public final class OpenStages {
  private OpenStages() {}

  public static Stages over(
      Database database, Queues queues, Grants grants, InstantSource clock, Ids ids) {
    Schedules schedules = new Schedules(new EventLog(database, clock, ids), clock);
    return new Stages(
        database, queues, new Rules(), schedules, grants, new DispatcherInbox(), clock, ids);
  }
}
