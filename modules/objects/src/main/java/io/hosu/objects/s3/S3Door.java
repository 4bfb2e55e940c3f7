package io.hosu.objects.s3;

import io.hosu.governance.Door;
import io.hosu.governance.Recorder;
import io.hosu.governance.Signers;
import io.hosu.http.ClientGone;
import io.hosu.http.Handler;
import io.hosu.http.Request;
import io.hosu.http.Response;
import io.hosu.kernel.Discreet;
import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException;
import io.hosu.objects.Buckets;
import io.hosu.objects.Objects;
import io.hosu.objects.Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lake as S3: path style and host style, Signature Version 4 in the header, in the URL and over
 * chunks, checksums in headers and trailers.
 *
 * <p>Buckets are the layers. What Hosu does not have is refused as {@code NotImplemented}, never
 * passed over. Every answer has {@code x-amz-request-id}, under which the log and the events know
 * the request. May be used from any thread.
 */
public final class S3Door implements Handler {
  /** What who guesses keys and secrets meets. */
  private static final Set<ErrorCode> GUESSES =
      Set.of(
          S3Error.SIGNATURE_DOES_NOT_MATCH, S3Error.INVALID_ACCESS_KEY_ID, S3Error.INVALID_TOKEN);

  private static final Logger log = LoggerFactory.getLogger(S3Door.class);

  private final SignatureVerifier signatures;
  private final S3Operations operations;
  private final S3Config config;
  private final Recorder recorder;

  public S3Door(
      S3Config config,
      Signers signers,
      Recorder recorder,
      Buckets buckets,
      Objects objects,
      Uploads uploads,
      InstantSource clock) {
    this.config = config;
    this.recorder = recorder;
    this.signatures = new SignatureVerifier(signers, config.region(), clock);
    this.operations =
        new S3Operations(
            new BucketOperations(buckets, objects, config.region()),
            new ListOperations(objects),
            new ObjectOperations(objects),
            new UploadOperations(uploads, objects));
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    identify(request, response);
    try {
      answer(request, response);
    } catch (HosuException | UncheckedIOException e) {
      refuse(request, response, e);
    } catch (ClientGone e) {
      refuse(request, response, e);
    } catch (IOException | RuntimeException e) {
      log.atError()
          .setMessage("request failed")
          .setCause(Discreet.of(e))
          .addKeyValue("id", request.id())
          .log();
      refuse(request, response, e);
    }
  }

  private void answer(Request request, Response response) throws IOException {
    QueryString query = QueryString.parse(request.rawQuery());
    SignedRequest signed = verify(request, query);
    recorder.answer(
        request,
        response,
        Door.S3,
        signed.who(),
        caller -> {
          S3Address address = S3Address.of(request, config.domain());
          S3Request known = new S3Request(request, query, address, signed, caller);
          operations.of(known).answer(known, response);
        });
  }

  private SignedRequest verify(Request request, QueryString query) {
    return recorder.signIn(
        request,
        Door.S3,
        new Recorder.Shown(
            Optional.ofNullable(SignatureClaim.credential(request, query)),
            failure -> GUESSES.contains(failure.code())),
        () -> signatures.verify(request, query));
  }

  private void refuse(Request request, Response response, Exception failure) throws IOException {
    if (response.isCommitted()) {
      throw new IOException("The answer to %s is cut off.".formatted(request.id()), failure);
    }
    response.reset();
    identify(request, response);
    S3Answer.failure(response, failure, request.path(), config.region());
  }

  private static void identify(Request request, Response response) {
    response.header("x-amz-request-id", request.id());
    response.header("Server", "hosu");
  }
}
