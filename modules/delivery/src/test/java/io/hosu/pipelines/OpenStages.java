package io.hosu.pipelines;

import io.hosu.events.Queues;
import io.hosu.events.Rules;
import io.hosu.governance.Grants;
import io.hosu.store.Database;
import java.time.InstantSource;

/** The real stages, without anything that would run them. */
public final class OpenStages {
  private OpenStages() {}

  public static Stages over(Database database, Queues queues, Grants grants, InstantSource clock) {
    return new Stages(database, queues, new Rules(), grants, new DispatcherInbox(), clock);
  }
}
