package io.hosu.http;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;

/** Looks several times a second whether the client of a running request is still there. */
final class ClientWatch implements Request.Watch {
  private static final long PERIOD_MILLIS = 200;

  private final WatchedEndPoint connection;
  private final Scheduler scheduler;
  private final Runnable action;
  private boolean over;

  ClientWatch(WatchedEndPoint connection, Scheduler scheduler, Runnable action) {
    this.connection = connection;
    this.scheduler = scheduler;
    this.action = action;
  }

  /** Begins to look. */
  ClientWatch begin() {
    scheduler.schedule(this::look, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return this;
  }

  private synchronized void look() {
    if (over) {
      return;
    }
    if (connection.isGone()) {
      over = true;
      Thread.ofVirtual().name("client-gone").start(action);
    } else {
      begin();
    }
  }

  @Override
  public synchronized void close() {
    over = true;
  }
}
