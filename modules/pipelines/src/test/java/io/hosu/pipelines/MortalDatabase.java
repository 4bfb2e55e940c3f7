package io.hosu.pipelines;

import io.hosu.store.Database;
import io.hosu.testing.CrashPoints;
import java.lang.StackWalker.StackFrame;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database that dies with its process: before or after any write. Each of its points is named
 * after the method that writes, such as {@code Claims.take}.
 */
final class MortalDatabase implements Database {
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(\\w+)\\$\\d+");

  private final Database living;
  private final CrashPoints points;
  private final Runnable beforeWrite;

  /**
   * Stands before a database.
   *
   * @param beforeWrite run before each write; what it throws, the write throws
   */
  MortalDatabase(Database living, CrashPoints points, Runnable beforeWrite) {
    this.living = living;
    this.points = points;
    this.beforeWrite = beforeWrite;
  }

  @Override
  public <T> T read(Database.Work<T> work) {
    return living.read(work);
  }

  @Override
  public <T> T write(Database.Work<T> work) {
    String writer = writer();
    points.pass("before " + writer);
    beforeWrite.run();
    T result = living.write(work);
    points.pass("after " + writer);
    return result;
  }

  private static String writer() {
    return StackWalker.getInstance()
        .walk(frames ->
            frames
                .filter(frame -> !simpleName(frame).equals("MortalDatabase"))
                .filter(frame -> !simpleName(frame).equals("Database"))
                .findFirst()
                .map(MortalDatabase::name)
                .orElseThrow());
  }

  private static String simpleName(StackFrame frame) {
    String name = frame.getClassName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static String name(StackFrame frame) {
    Matcher lambda = LAMBDA.matcher(frame.getMethodName());
    String method = lambda.matches() ? lambda.group(1) : frame.getMethodName();
    return simpleName(frame) + "." + method;
  }

  @Override
  public void close() {}
}
