package io.hosu.objects.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hosu.governance.AccessKeys.NewAccessKey;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.kernel.ObjectName;
import io.hosu.objects.ChecksumAlgorithm;
import io.hosu.objects.RunningChecksum;
import io.hosu.objects.TestLake;
import io.hosu.objects.backend.StoredBlob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door byte by byte: what well-behaved clients do not send, too. */
class S3WireTest {
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
  private static final String SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  private static final byte[] NOTHING = {};

  @TempDir Path data;
  private TestLake lake;
  private Listener listener;
  private NewAccessKey key;
  private WireClient client;

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(data);
    key = lake.key(lake.admin);
    S3Door door =
        new S3Door(
            S3Config.standard(),
            lake.governance.signers(),
            lake.governance.recorder(),
            lake.buckets,
            lake.objects,
            lake.uploads,
            lake.clock);
    listener = new Listener(ListenerConfig.local(0), door);
    client = new WireClient(listener.port(), key);
  }

  @AfterEach
  void close() {
    listener.close();
    lake.close();
  }

  @Test
  void aSignedBodyMustBeTheOneThatWasSigned() throws IOException {
    String right = WireClient.sha256("abc".getBytes(UTF_8));
    assertThat(put(client.headers(right), "abd"))
        .contains("400 ", "<Code>XAmzContentSHA256Mismatch</Code>");
    nothingIsVisible();
    assertThat(put(client.headers(right), "abc")).startsWith("HTTP/1.1 200");
    assertThat(lake.read("raw/a")).isEqualTo("abc");
  }

  @Test
  void signedChunksAreCheckedOneByOne() throws IOException {
    Map<String, String> headers = client.headers(SIGNED_CHUNKS);
    headers.put("x-amz-decoded-content-length", "6");
    byte[] body = client.signedChunks(client.signature("PUT", "/raw/a", headers), "", "abc", "def");
    byte[] changed = body.clone();
    int at = new String(body, ISO_8859_1).indexOf("def");
    changed[at] = 'x';
    assertThat(client.send("PUT", "/raw/a", headers, changed))
        .contains("403 ", "<Code>SignatureDoesNotMatch</Code>");
    nothingIsVisible();
    assertThat(client.send("PUT", "/raw/a", headers, body)).startsWith("HTTP/1.1 200");
    assertThat(lake.read("raw/a")).isEqualTo("abcdef");
  }

  @Test
  void aSignedTrailerIsCheckedAndKept() throws IOException {
    Map<String, String> headers = client.headers(SIGNED_CHUNKS + "-TRAILER");
    headers.put("x-amz-decoded-content-length", "3");
    headers.put("x-amz-trailer", "x-amz-checksum-crc32c");
    String seed = client.signature("PUT", "/raw/a", headers);
    String trailer = "x-amz-checksum-crc32c:" + checksum(ChecksumAlgorithm.CRC32C, "abc");
    byte[] body = client.signedChunks(seed, trailer, "abc");
    String text = new String(body, ISO_8859_1);
    byte[] forged =
        text.replaceAll("trailer-signature:.", "trailer-signature:x").getBytes(ISO_8859_1);
    assertThat(client.send("PUT", "/raw/a", headers, forged))
        .contains("<Code>SignatureDoesNotMatch</Code>");
    nothingIsVisible();
    assertThat(client.send("PUT", "/raw/a", headers, body))
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("x-amz-checksum-crc32c: ");
  }

  @Test
  void anUnsignedTrailerIsCheckedToo() throws IOException {
    for (ChecksumAlgorithm algorithm :
        new ChecksumAlgorithm[] {ChecksumAlgorithm.CRC64NVME, ChecksumAlgorithm.CRC32}) {
      String name = "x-amz-checksum-" + algorithm.name().toLowerCase(java.util.Locale.ROOT);
      Map<String, String> headers = client.headers("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
      headers.put("x-amz-decoded-content-length", "5");
      headers.put("x-amz-trailer", name);
      headers.put("content-encoding", "aws-chunked");
      String chunks = "3\r\nabc\r\n2\r\nde\r\n0\r\n";
      String right = name + ":" + checksum(algorithm, "abcde") + "\r\n\r\n";
      String wrong = name + ":" + checksum(algorithm, "abcdx") + "\r\n\r\n";
      assertThat(client.send("PUT", "/raw/a", headers, (chunks + wrong).getBytes(UTF_8)))
          .contains("400 ", "<Code>BadDigest</Code>");
      assertThat(client.send("PUT", "/raw/a", headers, (chunks + "\r\n").getBytes(UTF_8)))
          .contains("<Code>InvalidRequest</Code>");
      nothingIsVisible();
      assertThat(client.send("PUT", "/raw/a", headers, (chunks + right).getBytes(UTF_8)))
          .startsWith("HTTP/1.1 200");
      assertThat(lake.read("raw/a")).isEqualTo("abcde");
      assertThat(
              lake.objects.require(lake.admin(), ObjectName.parse("raw/a")).attributes().headers())
          .doesNotContainKey("content-encoding");
      lake.objects.delete(lake.admin(), ObjectName.parse("raw/a"));
    }
  }

  @Test
  void aBodyThatBreaksOffLeavesNothing() throws IOException {
    Map<String, String> plain = client.headers(UNSIGNED);
    plain.put("content-length", "100");
    client.send("PUT", "/raw/a", plain, "abc".getBytes(UTF_8));
    nothingIsVisible();

    Map<String, String> chunked = client.headers(SIGNED_CHUNKS);
    chunked.put("x-amz-decoded-content-length", "6");
    byte[] body = client.signedChunks(client.signature("PUT", "/raw/a", chunked), "", "abc", "def");
    for (int length : new int[] {10, 90, 96, 97, 190, body.length - 90, body.length - 4}) {
      byte[] part = Arrays.copyOf(body, length);
      assertThat(client.send("PUT", "/raw/a", chunked, part)).contains("<Code>");
      nothingIsVisible();
    }
  }

  @Test
  void moreOrLessThanTheDecodedLengthIsRefused() throws IOException {
    for (String length : new String[] {"5", "7"}) {
      Map<String, String> headers = client.headers(SIGNED_CHUNKS);
      headers.put("x-amz-decoded-content-length", length);
      String seed = client.signature("PUT", "/raw/a", headers);
      byte[] body = client.signedChunks(seed, "", "abc", "def");
      assertThat(client.send("PUT", "/raw/a", headers, body))
          .contains("<Code>IncompleteBody</Code>");
    }
    nothingIsVisible();
  }

  @Test
  void aSizeOfAChunkThatIsNoneIsTheClientsMistake() throws IOException {
    for (String size : new String[] {"zz", "-3", "", "7fffffffffffffff", "fffffffffffffffff"}) {
      Map<String, String> headers = client.headers("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
      headers.put("x-amz-decoded-content-length", "3");
      headers.put("content-encoding", "aws-chunked");
      byte[] body = (size + "\r\nabc\r\n0\r\n\r\n").getBytes(UTF_8);
      assertThat(client.send("PUT", "/raw/a", headers, body))
          .as(size)
          .contains("400 ", "<Code>IncompleteBody</Code>");
    }
    nothingIsVisible();
  }

  @Test
  void theOldChecksumIsVerified() throws IOException {
    Map<String, String> headers = client.headers(UNSIGNED);
    headers.put("content-md5", checksum(ChecksumAlgorithm.MD5, "abd"));
    assertThat(put(headers, "abc")).contains("<Code>BadDigest</Code>");
    headers.put("content-md5", "bm8=");
    assertThat(put(headers, "abc")).contains("<Code>InvalidDigest</Code>");
    headers.put("content-md5", checksum(ChecksumAlgorithm.MD5, "abc"));
    assertThat(put(headers, "abc")).startsWith("HTTP/1.1 200");
  }

  @Test
  void metadataInAnyScriptIsVerifiedByItsBytesAndGivenBack() throws IOException {
    String sent = new String("grüße 😀".getBytes(UTF_8), ISO_8859_1);
    Map<String, String> headers = client.headers(UNSIGNED);
    headers.put("x-amz-meta-who", sent);
    assertThat(put(headers, "abc")).startsWith("HTTP/1.1 200");
    assertThat(lake.objects.require(lake.admin(), ObjectName.parse("raw/a")).metadata())
        .containsEntry("who", "grüße 😀");
    assertThat(client.send("HEAD", "/raw/a", client.headers(UNSIGNED), NOTHING))
        .contains("x-amz-meta-who: " + sent);
  }

  @Test
  void aPutNeedsALength() throws IOException {
    Map<String, String> headers = client.headers(UNSIGNED);
    headers.put("transfer-encoding", "chunked");
    Map<String, String> signed = new TreeMap<>(headers);
    String answer =
        client.sendUnsigned(
            "PUT", "/raw/a", withAuthorization(signed), "3\r\nabc\r\n0\r\n\r\n".getBytes(UTF_8));
    assertThat(answer).contains("411 ", "<Code>MissingContentLength</Code>");
  }

  @Test
  void whatNobodySignedIsRefused() throws IOException {
    Map<String, String> bare = new TreeMap<>(Map.of("host", "127.0.0.1"));
    assertThat(client.sendUnsigned("GET", "/raw/a", bare, NOTHING))
        .contains("403 ", "<Code>AccessDenied</Code>");
    bare.put("authorization", "AWS KEY:c2lnbmF0dXJl");
    assertThat(client.sendUnsigned("GET", "/raw/a", bare, NOTHING))
        .contains("400 ", "AWS4-HMAC-SHA256");
    bare.put("authorization", "AWS4-HMAC-SHA256 nonsense");
    assertThat(client.sendUnsigned("GET", "/raw/a", bare, NOTHING))
        .contains("<Code>AuthorizationHeaderMalformed</Code>");
    bare.remove("authorization");
    assertThat(
            client.sendUnsigned(
                "GET", "/raw/a?AWSAccessKeyId=x&Signature=y&Expires=1", bare, NOTHING))
        .contains("400 ", "AWS4-HMAC-SHA256");
  }

  @Test
  void aRequestIsGoodForAQuarterOfAnHour() throws IOException {
    lake.put("raw/a", "x");
    lake.clock.advance(Duration.ofMinutes(15));
    assertThat(client.send("GET", "/raw/a", client.headers(UNSIGNED), NOTHING))
        .startsWith("HTTP/1.1 200");
    lake.clock.advance(Duration.ofSeconds(1));
    assertThat(client.send("GET", "/raw/a", client.headers(UNSIGNED), NOTHING))
        .contains("403 ", "<Code>RequestTimeTooSkewed</Code>");
    lake.clock.advance(Duration.ofMinutes(-31));
    assertThat(client.send("GET", "/raw/a", client.headers(UNSIGNED), NOTHING))
        .contains("<Code>RequestTimeTooSkewed</Code>");
  }

  @Test
  void aHeaderOfAmazonsThatIsNotSignedIsRefused() throws IOException {
    Map<String, String> headers = withAuthorization(client.headers(UNSIGNED));
    headers.put("x-amz-meta-added", "later");
    headers.put("content-length", "0");
    assertThat(client.sendUnsigned("PUT", "/raw/a", headers, NOTHING))
        .contains("<Code>AccessDenied</Code>", "x-amz-meta-added");
    nothingIsVisible();
  }

  @Test
  void theBucketMayStandInTheHostName() throws IOException {
    Map<String, String> headers = client.headers(UNSIGNED);
    headers.put("host", "raw.localhost:" + listener.port());
    assertThat(client.send("PUT", "/a//b", headers, "x".getBytes(UTF_8)))
        .startsWith("HTTP/1.1 200");
    assertThat(lake.read("raw/a//b")).isEqualTo("x");
  }

  @Test
  void aKeyHasALimit() throws IOException {
    assertThat(client.send("PUT", "/raw/" + "k".repeat(1025), client.headers(UNSIGNED), NOTHING))
        .contains("400 ", "<Code>KeyTooLongError</Code>");
    assertThat(client.send("PUT", "/raw/" + "k".repeat(1024), client.headers(UNSIGNED), NOTHING))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aPathThatIsNoTextIsRefused() throws IOException {
    Map<String, String> headers = withAuthorization(client.headers(UNSIGNED));
    assertThat(client.sendUnsigned("GET", "/raw/%FF", headers, NOTHING))
        .contains("400 ", "<Code>InvalidURI</Code>");
  }

  @Test
  void everyAnswerHasItsRequestId() throws IOException {
    assertThat(client.send("GET", "/raw/none", client.headers(UNSIGNED), NOTHING))
        .contains("404 ")
        .containsPattern("x-amz-request-id: \\S+")
        .containsPattern("<RequestId>\\S+</RequestId>");
    assertThat(client.send("PATCH", "/raw/none", client.headers(UNSIGNED), NOTHING))
        .contains("405 ", "<Code>MethodNotAllowed</Code>");
  }

  private String put(Map<String, String> headers, String body) throws IOException {
    return client.send("PUT", "/raw/a", headers, body.getBytes(UTF_8));
  }

  private Map<String, String> withAuthorization(Map<String, String> headers) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=%s/20260101/us-east-1/s3/aws4_request,SignedHeaders=%s,Signature=%s"
            .formatted(
                key.id(),
                String.join(";", headers.keySet()),
                client.signature("PUT", "/raw/a", headers)));
    return all;
  }

  private void nothingIsVisible() throws IOException {
    assertThat(lake.objects.find(lake.admin(), ObjectName.parse("raw/a"))).isEmpty();
    try (Stream<StoredBlob> blobs = lake.blobs.list();
        Stream<Path> staged = Files.list(lake.blobs.staging())) {
      assertThat(blobs.filter(blob -> named(blob.id()))).isEmpty();
      assertThat(staged).isEmpty();
    }
  }

  private boolean named(String blob) {
    return lake.database.read(tx ->
        tx.number("SELECT COUNT(*) AS n FROM objects WHERE is_current = 1 AND blob = ?", blob) > 0);
  }

  private static String checksum(ChecksumAlgorithm algorithm, String text) {
    RunningChecksum checksum = algorithm.start();
    byte[] bytes = text.getBytes(UTF_8);
    checksum.update(bytes, 0, bytes.length);
    return Base64.getEncoder().encodeToString(checksum.value());
  }
}
