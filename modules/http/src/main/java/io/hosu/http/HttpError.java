package io.hosu.http;

import io.hosu.kernel.ErrorCode;

/** What can be wrong with a request as such. */
public enum HttpError implements ErrorCode {
  REQUEST_INVALID(Fault.HARD, "The request breaks the rules of HTTP."),
  REQUEST_TOO_LARGE(Fault.HARD, "The request line, the headers or the body exceed their limit."),
  PATH_INVALID(Fault.HARD, "The path of the request is not percent-encoded UTF-8."),
  PARAMETER_INVALID(Fault.HARD, "A query parameter cannot be read, or is out of range."),
  PAGE_INVALID(Fault.HARD, "A page's token is not one that an earlier page of the list gave."),
  BODY_INVALID(Fault.HARD, "The body of the request is not of the shape that was asked for."),
  ROUTE_NOT_FOUND(Fault.HARD, "The server answers nothing under this path."),
  METHOD_NOT_ALLOWED(Fault.HARD, "The path exists, but not with this method."),
  INTERNAL_ERROR(Fault.SOFT, "The server failed; its log has the cause under the id given."),
  LISTENER_FAILED(Fault.SOFT, "The server cannot listen on its address."),
  TLS_INVALID(Fault.HARD, "A certificate and its key cannot be read, or do not belong together."),
  TLS_FAILED(Fault.SOFT, "The server could not make a certificate for itself."),
  TLS_MISSING(Fault.HARD, "The server would be reached from other machines without TLS.");

  private final Fault fault;
  private final String meaning;

  HttpError(Fault fault, String meaning) {
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
