package io.hosu.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that makes a key or token in the place of another. */
abstract class CredentialRotation implements Callable<Integer> {
  @Mixin RotationOptions rotation = new RotationOptions();
  @Mixin ServerOptions server = new ServerOptions();
  @Mixin OutputOptions output = new OutputOptions();

  private final Context context;
  private final String kind;

  /**
   * A command that rotates.
   *
   * @param kind the last part of their route: keys or tokens
   */
  CredentialRotation(Context context, String kind) {
    this.context = context;
    this.kind = kind;
  }

  /** Shows what was made. */
  abstract int show(Context shownIn, OutputOptions as, JsonNode made);

  @Override
  public final Integer call() {
    JsonNode made = server.client(context).post(rotation.path(kind), rotation.body());
    return show(context, output, made);
  }
}
