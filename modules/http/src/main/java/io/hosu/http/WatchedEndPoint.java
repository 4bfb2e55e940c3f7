package io.hosu.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connection that can be asked, while a request of it runs, whether its client is still there:
 * Jetty does not read in that time, and an end is only seen by reading. What is found instead of an
 * end is the client's next request, and is kept until Jetty reads it. May be used from any thread.
 */
final class WatchedEndPoint extends SocketChannelEndPoint {
  /** What is kept of requests to come; behind more than that no end is seen. */
  private static final int AHEAD = 16 * 1024;

  private final Executor executor;
  private final Object reading = new Object();
  private ByteBuffer ahead = BufferUtil.EMPTY_BUFFER;

  WatchedEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      Executor executor) {
    super(channel, selector, key, scheduler);
    this.executor = executor;
  }

  /** Whether the client has closed the connection, or at least its own direction of it. */
  boolean isGone() {
    synchronized (reading) {
      if (!isOpen()) {
        return true;
      }
      if (ahead.capacity() == 0) {
        ahead = BufferUtil.allocate(AHEAD);
      }
      try {
        return BufferUtil.space(ahead) > 0 && super.fill(ahead) < 0;
      } catch (IOException e) {
        return true;
      }
    }
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    synchronized (reading) {
      return ahead.hasRemaining() ? BufferUtil.append(buffer, ahead) : super.fill(buffer);
    }
  }

  @Override
  protected void needsFillInterest() {
    synchronized (reading) {
      if (!ahead.hasRemaining()) {
        super.needsFillInterest();
        return;
      }
    }
    executor.execute(getFillInterest()::fillable);
  }
}
