package io.hosu.cli;

import io.hosu.kernel.ErrorCode;

/** What can go wrong on the side of the command line, before or after the server had its say. */
public enum CliError implements ErrorCode {
  USAGE_WRONG(Fault.HARD, "The command line is not one that Hosu understands."),
  SERVER_UNKNOWN(Fault.HARD, "No option, variable or folder says which server to talk to."),
  SERVER_UNTRUSTED(Fault.HARD, "The server shows a certificate that is not trusted."),
  SERVER_UNREACHABLE(Fault.SOFT, "Nothing answers at the server's address."),
  SERVER_CONNECTION_LOST(Fault.SOFT, "The connection broke before the answer was whole."),
  SERVER_ANSWER_INVALID(Fault.SOFT, "The answer is not one that a Hosu server gives."),
  SERVER_NOT_STARTED(Fault.SOFT, "The server could not be started in this process."),
  LOGIN_REFUSED(
      Fault.HARD, "The OIDC provider did not let you in, or you did not enter its code in time."),
  LOGIN_ENDED(Fault.HARD, "You were signed in, but that has ended and is not renewed."),
  PROVIDER_UNREACHABLE(Fault.SOFT, "Nothing answers at the address of the OIDC provider."),
  FILE_NOT_FOUND(Fault.HARD, "A file named on the command line does not exist."),
  FILE_UNREADABLE(Fault.HARD, "A file named on the command line cannot be read."),
  EVENT_REFUSED(Fault.HARD, "The server did not take the event that was sent."),
  IMPORT_INCOMPLETE(
      Fault.HARD, "Some of what was to be imported cannot be part of the table, so none is."),
  OUTPUT_FAILED(Fault.SOFT, "The answer cannot be written to the standard output."),
  WORK_PENDING(Fault.SOFT, "The time to wait for ran out while work was pending."),
  EXECUTION_FAILED(Fault.HARD, "The execution that the command waited for failed."),
  AUDIT_BROKEN(Fault.HARD, "An audit record was changed, removed or added after it was written."),
  CHECK_FAILED(Fault.HARD, "At least one check of the doctor failed."),
  DEMO_DIFFERS(Fault.HARD, "The demo ran, and a number is not the expected one.");

  private final Fault fault;
  private final String meaning;

  CliError(Fault fault, String meaning) {
    this.fault = fault;
    this.meaning = meaning;
  }

  @Override
  public Fault fault() {
    return fault;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
