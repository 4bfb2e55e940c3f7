package io.hosu.cli;

import picocli.CommandLine.Parameters;

/** A command that lists the keys or the tokens of a principal. */
abstract class CredentialList extends ListCommand {
  @Parameters(paramLabel = "PRINCIPAL", description = "Whose.")
  String principal = "";

  private final String kind;

  /**
   * A command that lists.
   *
   * @param kind the last part of their route: keys or tokens
   */
  CredentialList(Context context, String kind, Column... columns) {
    super(context, "No %s.".formatted(kind), columns);
    this.kind = kind;
  }

  @Override
  ApiPath path() {
    return PrincipalsCommand.PRINCIPALS.part(principal).part(kind);
  }
}
