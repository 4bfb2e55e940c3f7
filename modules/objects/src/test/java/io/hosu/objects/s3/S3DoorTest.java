package io.hosu.objects.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessKeys.NewAccessKey;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.http.Listener;
import io.hosu.http.ListenerConfig;
import io.hosu.kernel.Event;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.Sha256;
import io.hosu.objects.TestLake;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** The door as Amazon's own client sees it. */
class S3DoorTest {
  private static final int MB = 1 << 20;

  @TempDir Path data;
  private TestLake lake;
  private Listener listener;
  private NewAccessKey key;
  private S3Client s3;

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
            InstantSource.system());
    listener = new Listener(ListenerConfig.local(0), door);
    s3 = client(key.id(), key.secret().reveal(), Region.US_EAST_1);
  }

  @AfterEach
  void close() {
    s3.close();
    listener.close();
    lake.close();
  }

  @Test
  void whatIsPutComesBackWithItsHeaders() throws IOException {
    PutObjectResponse put =
        s3.putObject(
            r ->
                r.bucket("raw")
                    .key("aviation/flights/1.csv")
                    .contentType("text/csv; charset=utf-8")
                    .contentEncoding("gzip")
                    .cacheControl("max-age=60")
                    .contentDisposition("attachment; filename=\"1.csv\"")
                    .contentLanguage("de")
                    .metadata(Map.of("origin", "test", "two", "a  b")),
            RequestBody.fromString("a,b\n1,2\n"));

    try (ResponseInputStream<GetObjectResponse> in =
        s3.getObject(r ->
            r.bucket("raw").key("aviation/flights/1.csv").checksumMode(ChecksumMode.ENABLED))) {
      GetObjectResponse got = in.response();
      assertThat(in.readAllBytes()).asString(UTF_8).isEqualTo("a,b\n1,2\n");
      assertThat(got.eTag()).isEqualTo(put.eTag());
      assertThat(got.contentType()).isEqualTo("text/csv; charset=utf-8");
      assertThat(got.contentEncoding()).isEqualTo("gzip");
      assertThat(got.cacheControl()).isEqualTo("max-age=60");
      assertThat(got.contentDisposition()).isEqualTo("attachment; filename=\"1.csv\"");
      assertThat(got.contentLanguage()).isEqualTo("de");
      assertThat(got.contentLength()).isEqualTo(8);
      assertThat(got.metadata()).containsEntry("origin", "test").containsKey("two");
      assertThat(got.versionId()).isEqualTo(put.versionId());
      assertThat(got.checksumCRC32()).isNotEmpty().isEqualTo(put.checksumCRC32());
    }
    Event event = lake.log().getLast();
    assertThat(event.detail().path("request-id").asText()).isNotEmpty();
    assertThat(event.detail().path("requester").asText()).isEqualTo("admin");
  }

  @ParameterizedTest
  @EnumSource(
      value = ChecksumAlgorithm.class,
      names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
  void eachChecksumIsVerifiedAndKept(ChecksumAlgorithm algorithm) {
    s3.putObject(
        r -> r.bucket("raw").key("a").checksumAlgorithm(algorithm), RequestBody.fromString("abc"));
    HeadObjectResponse head =
        s3.headObject(r -> r.bucket("raw").key("a").checksumMode(ChecksumMode.ENABLED));
    assertThat(head.checksumTypeAsString()).isEqualTo("FULL_OBJECT");
    assertThat(
            List.of(
                head.checksumCRC32() + "",
                head.checksumCRC32C() + "",
                head.checksumSHA1() + "",
                head.checksumSHA256() + ""))
        .filteredOn(value -> !value.equals("null"))
        .hasSize(1);
  }

  @Test
  void anEmptyObjectIsAnObject() {
    s3.putObject(r -> r.bucket("raw").key("empty"), RequestBody.empty());
    assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key("empty")).asByteArray()).isEmpty();
    refused(
        416,
        "InvalidRange",
        () -> s3.getObjectAsBytes(r -> r.bucket("raw").key("empty").range("bytes=0-")));
  }

  @Test
  void aRangeGivesThoseBytes() {
    put("a", "0123456789");
    assertThat(range("bytes=2-4")).isEqualTo("234");
    assertThat(range("bytes=7-")).isEqualTo("789");
    assertThat(range("bytes=-3")).isEqualTo("789");
    assertThat(range("bytes=8-100")).isEqualTo("89");
    assertThat(range("bytes=5-2")).isEqualTo("0123456789");
    assertThat(range("lines=1-2")).isEqualTo("0123456789");
    refused(416, "InvalidRange", () -> range("bytes=10-"));
  }

  @Test
  void aConditionalReadIsAnsweredByTheStateOfTheObject() {
    put("a", "x");
    String etag = s3.headObject(r -> r.bucket("raw").key("a")).eTag();
    assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket("raw").key("a").ifNoneMatch(etag)))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(304));
    refused(
        412,
        "PreconditionFailed",
        () -> s3.getObjectAsBytes(r -> r.bucket("raw").key("a").ifMatch("\"other\"")));
    assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key("a").ifMatch(etag)).asUtf8String())
        .isEqualTo("x");
    assertThat(
            s3.getObjectAsBytes(r ->
                    r.bucket("raw")
                        .key("a")
                        .ifNoneMatch("\"other\"")
                        .responseExpires(java.time.Instant.EPOCH))
                .asUtf8String())
        .isEqualTo("x");
  }

  @Test
  void aConditionalWriteHappensOnlyInTheStateItDemands() {
    s3.putObject(r -> r.bucket("raw").key("a").ifNoneMatch("*"), RequestBody.fromString("1"));
    refused(
        412,
        "PreconditionFailed",
        () ->
            s3.putObject(
                r -> r.bucket("raw").key("a").ifNoneMatch("*"), RequestBody.fromString("2")));
    refused(
        412,
        "PreconditionFailed",
        () ->
            s3.putObject(
                r -> r.bucket("raw").key("a").ifMatch("\"00\""), RequestBody.fromString("2")));
    assertThat(get("a")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a//b",
        "/",
        "//",
        "/a",
        "a/",
        ".",
        "..",
        "a/./b",
        "a/../b",
        "sp ace",
        "a+b",
        "100%",
        "%2F",
        "%",
        "ü/ñ",
        "日本語/😀",
        "!-_.*'()",
        "a?b#c",
        "a&b=c;d",
        "a\"b<c>\\",
        "~",
        "a:b@c",
        "a\tb",
        "x|y^z`{}"
      })
  void anyKeyRoundTrips(String odd) {
    s3.putObject(r -> r.bucket("raw").key(odd), RequestBody.fromString(odd));
    assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key(odd)).asUtf8String()).isEqualTo(odd);
    assertThat(s3.listObjectsV2(r -> r.bucket("raw").prefix(odd)).contents())
        .extracting(S3Object::key)
        .containsExactly(odd);
    assertThat(s3.listObjects(r -> r.bucket("raw").encodingType("url")).contents())
        .extracting(S3Object::key)
        .containsExactly(odd);
    s3.copyObject(
        r -> r.sourceBucket("raw").sourceKey(odd).destinationBucket("stage").destinationKey(odd));
    DeleteObjectsResponse deleted =
        s3.deleteObjects(r ->
            r.bucket("raw").delete(d -> d.objects(ObjectIdentifier.builder().key(odd).build())));
    assertThat(deleted.deleted()).hasSize(1);
    assertThat(lake.read(lake.objects.require(lake.admin(), new ObjectName("stage", odd))))
        .isEqualTo(odd);
    assertThat(lake.objects.find(lake.admin(), new ObjectName("raw", odd))).isEmpty();
  }

  @Test
  void listingsArePaged() {
    for (int i = 0; i < 25; i++) {
      put("a/" + i, "x");
      put("b" + i + "/x/y", "x");
    }
    List<String> keys = new ArrayList<>();
    List<String> prefixes = new ArrayList<>();
    for (ListObjectsV2Response page :
        s3.listObjectsV2Paginator(r -> r.bucket("raw").delimiter("/").maxKeys(7))) {
      assertThat(page.keyCount()).isLessThanOrEqualTo(7);
      page.contents().forEach(object -> keys.add(object.key()));
      page.commonPrefixes().stream().map(CommonPrefix::prefix).forEach(prefixes::add);
    }
    assertThat(keys).isEmpty();
    assertThat(prefixes).hasSize(26).contains("a/", "b24/").doesNotHaveDuplicates();
    assertThat(
            s3.listObjectsV2(r -> r.bucket("raw").prefix("a/").startAfter("a/22").fetchOwner(true))
                .contents())
        .extracting(S3Object::key)
        .first()
        .isEqualTo("a/23");
    var first = s3.listObjects(r -> r.bucket("raw").delimiter("/").maxKeys(2));
    assertThat(first.nextMarker()).isEqualTo("b0/");
    assertThat(
            s3.listObjects(
                    r -> r.bucket("raw").delimiter("/").maxKeys(1).marker(first.nextMarker()))
                .commonPrefixes())
        .extracting(CommonPrefix::prefix)
        .containsExactly("b1/");
  }

  @Test
  void bucketsAreTheLayers() {
    assertThat(s3.listBuckets().buckets())
        .extracting(b -> b.name())
        .containsExactly("raw", "stage");
    s3.headBucket(r -> r.bucket("raw"));
    assertThat(s3.getBucketLocation(r -> r.bucket("raw")).locationConstraintAsString())
        .isNullOrEmpty();
    refused(404, "NoSuchBucket", () -> s3.listObjectsV2(r -> r.bucket("nope")));
    refused(
        404,
        "NoSuchBucket",
        () -> s3.putObject(r -> r.bucket("nope").key("a"), RequestBody.fromString("x")));
    refused(409, "BucketAlreadyOwnedByYou", () -> s3.createBucket(r -> r.bucket("raw")));
    refused(403, "AccessDenied", () -> s3.createBucket(r -> r.bucket("fresh")));
  }

  @Test
  void aMissingKeyIsS3sOwnException() {
    assertThatThrownBy(() -> get("none")).isInstanceOf(NoSuchKeyException.class);
    s3.deleteObject(r -> r.bucket("raw").key("none"));
  }

  @Test
  void aDeletedObjectCanStillBeReadByItsVersion() {
    String version =
        s3.putObject(r -> r.bucket("raw").key("a"), RequestBody.fromString("x")).versionId();
    assertThat(s3.deleteObject(r -> r.bucket("raw").key("a")).deleteMarker()).isTrue();
    assertThatThrownBy(() -> get("a")).isInstanceOf(NoSuchKeyException.class);
    assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key("a").versionId(version)).asUtf8String())
        .isEqualTo("x");
    refused(
        501,
        "NotImplemented",
        () -> s3.deleteObject(r -> r.bucket("raw").key("a").versionId(version)));
  }

  @Test
  void aCopyKeepsOrReplacesTheMetadata() {
    s3.putObject(
        r -> r.bucket("raw").key("a").contentType("text/a").metadata(Map.of("k", "v")),
        RequestBody.fromString("x"));
    s3.copyObject(
        r -> r.sourceBucket("raw").sourceKey("a").destinationBucket("stage").destinationKey("b"));
    assertThat(s3.headObject(r -> r.bucket("stage").key("b")).metadata()).containsEntry("k", "v");
    s3.copyObject(r ->
        r.sourceBucket("raw")
            .sourceKey("a")
            .destinationBucket("raw")
            .destinationKey("a")
            .metadataDirective(MetadataDirective.REPLACE)
            .contentType("text/b"));
    HeadObjectResponse head = s3.headObject(r -> r.bucket("raw").key("a"));
    assertThat(head.contentType()).isEqualTo("text/b");
    assertThat(head.metadata()).isEmpty();
    refused(
        400,
        "InvalidRequest",
        () ->
            s3.copyObject(r ->
                r.sourceBucket("raw").sourceKey("a").destinationBucket("raw").destinationKey("a")));
    refused(
        412,
        "PreconditionFailed",
        () ->
            s3.copyObject(r ->
                r.sourceBucket("raw")
                    .sourceKey("a")
                    .copySourceIfMatch("\"00\"")
                    .destinationBucket("raw")
                    .destinationKey("c")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUploadInPartsBecomesOneObject(boolean composite) throws IOException {
    byte[] one = bytes(1, 5 * MB);
    byte[] two = bytes(2, 100);
    String id =
        s3.createMultipartUpload(r ->
                r.bucket("raw")
                    .key("aviation/big")
                    .contentType("text/csv")
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                    .checksumType(composite ? ChecksumType.COMPOSITE : ChecksumType.FULL_OBJECT))
            .uploadId();
    CompletedPart first = part(id, 1, one);
    CompletedPart second = part(id, 2, two);
    assertThat(s3.listParts(r -> r.bucket("raw").key("aviation/big").uploadId(id)).parts())
        .hasSize(2);
    assertThat(s3.listMultipartUploads(r -> r.bucket("raw")).uploads())
        .extracting(u -> u.uploadId())
        .containsExactly(id);
    assertThatThrownBy(() -> get("aviation/big")).isInstanceOf(NoSuchKeyException.class);

    var complete =
        s3.completeMultipartUpload(r ->
            r.bucket("raw")
                .key("aviation/big")
                .uploadId(id)
                .multipartUpload(m -> m.parts(first, second)));

    byte[] whole = new byte[one.length + two.length];
    System.arraycopy(one, 0, whole, 0, one.length);
    System.arraycopy(two, 0, whole, one.length, two.length);
    assertThat(s3.getObjectAsBytes(r -> r.bucket("raw").key("aviation/big")).asByteArray())
        .isEqualTo(whole);
    assertThat(complete.eTag()).endsWith("-2\"");
    assertThat(complete.checksumCRC32()).matches(composite ? ".+-2" : "[^-]+");
    Event event = lake.log().getLast();
    assertThat(event.detail().path("reason").asText()).isEqualTo("CompleteMultipartUpload");
    assertThat(event.detail().at("/object/sha256").asText()).isEqualTo(Sha256.hex(whole));
    assertThat(s3.listMultipartUploads(r -> r.bucket("raw")).uploads()).isEmpty();

    var again =
        s3.completeMultipartUpload(r ->
            r.bucket("raw")
                .key("aviation/big")
                .uploadId(id)
                .multipartUpload(m -> m.parts(first, second)));
    assertThat(again.versionId()).isEqualTo(complete.versionId());
    assertThat(lake.log()).hasSize(1);
  }

  @Test
  void anUploadIsRefusedWhenItsPartsAreNotTheOnesNamed() {
    String id = s3.createMultipartUpload(r -> r.bucket("raw").key("aviation/big")).uploadId();
    CompletedPart small = part(id, 1, bytes(1, 100));
    CompletedPart last = part(id, 2, bytes(2, 100));
    refused(400, "EntityTooSmall", () -> complete(id, small, last));
    refused(400, "InvalidPartOrder", () -> complete(id, last, small));
    refused(
        400,
        "InvalidPart",
        () -> complete(id, CompletedPart.builder().partNumber(3).eTag("\"00\"").build()));
    s3.abortMultipartUpload(r -> r.bucket("raw").key("aviation/big").uploadId(id));
    refused(404, "NoSuchUpload", () -> complete(id, small));
    refused(404, "NoSuchUpload", () -> part(id, 1, bytes(1, 1)));
    assertThat(lake.log()).isEmpty();
  }

  @Test
  void aPartCanBeARangeOfAnotherObject() {
    put("source", "0123456789");
    String id = s3.createMultipartUpload(r -> r.bucket("raw").key("aviation/big")).uploadId();
    String etag =
        s3.uploadPartCopy(r ->
                r.sourceBucket("raw")
                    .sourceKey("source")
                    .copySourceRange("bytes=2-4")
                    .destinationBucket("raw")
                    .destinationKey("aviation/big")
                    .uploadId(id)
                    .partNumber(1))
            .copyPartResult()
            .eTag();
    complete(id, CompletedPart.builder().partNumber(1).eTag(etag).build());
    assertThat(get("aviation/big")).isEqualTo("234");
  }

  @Test
  void aLargeBodyIsStreamed() throws IOException {
    Path large = Files.write(data.resolve("large"), bytes(7, 40 * MB));
    s3.putObject(r -> r.bucket("raw").key("large"), RequestBody.fromFile(large));
    assertThat(s3.headObject(r -> r.bucket("raw").key("large")).contentLength())
        .isEqualTo(40L * MB);
    try (ResponseInputStream<GetObjectResponse> in =
        s3.getObject(r -> r.bucket("raw").key("large"))) {
      assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(large));
    }
  }

  @Test
  void aPresignedUrlWorksUntilItExpires() throws Exception {
    put("a b", "x");
    try (S3Presigner presigner = presigner()) {
      URI get =
          presigner
              .presignGetObject(p ->
                  p.signatureDuration(Duration.ofMinutes(1))
                      .getObjectRequest(
                          r -> r.bucket("raw").key("a b").responseContentType("text/odd")))
              .url()
              .toURI();
      HttpResponse<String> answer = send(HttpRequest.newBuilder(get).build());
      assertThat(answer.body()).isEqualTo("x");
      assertThat(answer.headers().firstValue("content-type")).contains("text/odd");

      URI put =
          presigner
              .presignPutObject(p ->
                  p.signatureDuration(Duration.ofMinutes(1))
                      .putObjectRequest(r -> r.bucket("raw").key("put")))
              .url()
              .toURI();
      assertThat(
              send(HttpRequest.newBuilder(put)
                      .PUT(HttpRequest.BodyPublishers.ofString("presigned"))
                      .build())
                  .statusCode())
          .isEqualTo(200);
      assertThat(get("put")).isEqualTo("presigned");

      HttpResponse<String> changed =
          send(
              HttpRequest.newBuilder(
                      URI.create(get.toString().replace("text%2Fodd", "text%2Feven")))
                  .build());
      assertThat(changed.statusCode()).isEqualTo(403);
      assertThat(changed.body()).contains("<Code>SignatureDoesNotMatch</Code>");
    }
  }

  @Test
  void aWrongSignatureIsRefusedByItsReason() {
    try (S3Client wrong = client(key.id(), "wrong", Region.US_EAST_1);
        S3Client unknown = client("HOSUNONE", "wrong", Region.US_EAST_1);
        S3Client elsewhere = client(key.id(), key.secret().reveal(), Region.EU_CENTRAL_1)) {
      refused(403, "SignatureDoesNotMatch", wrong::listBuckets);
      refused(403, "InvalidAccessKeyId", unknown::listBuckets);
      refused(400, "AuthorizationHeaderMalformed", elsewhere::listBuckets);
      refused(
          403,
          "SignatureDoesNotMatch",
          () -> wrong.putObject(r -> r.bucket("raw").key("a"), RequestBody.fromString("x")));
    }
    assertThat(lake.log()).isEmpty();
  }

  @Test
  void whoMayNotReadIsNotToldWhatThereIs() {
    put("aviation/a", "x");
    put("sales/a", "x");
    Principal reader =
        lake.granted("reader", Set.of(Permission.READ_OBJECTS), new Resource.Domain("aviation"));
    NewAccessKey readers = lake.key(reader);
    try (S3Client client = client(readers.id(), readers.secret().reveal(), Region.US_EAST_1)) {
      assertThat(client.listObjectsV2(r -> r.bucket("raw")).contents())
          .extracting(S3Object::key)
          .containsExactly("aviation/a");
      refused(
          403, "AccessDenied", () -> client.getObjectAsBytes(r -> r.bucket("raw").key("sales/a")));
      refused(
          403,
          "AccessDenied",
          () -> client.getObjectAsBytes(r -> r.bucket("raw").key("sales/none")));
      refused(
          403, "AccessDenied", () -> client.deleteObject(r -> r.bucket("raw").key("aviation/a")));
      assertThat(
              client
                  .deleteObjects(r ->
                      r.bucket("raw")
                          .delete(
                              d -> d.objects(ObjectIdentifier.builder().key("aviation/a").build())))
                  .errors())
          .extracting(e -> e.code())
          .containsExactly("AccessDenied");
    }
    assertThat(get("aviation/a")).isEqualTo("x");
  }

  @Test
  void anObjectHasNoTags() {
    put("a", "x");
    assertThat(s3.getObjectTagging(r -> r.bucket("raw").key("a")).tagSet()).isEmpty();
    refused(404, "NoSuchKey", () -> s3.getObjectTagging(r -> r.bucket("raw").key("b")));
  }

  @Test
  void whatHosuDoesNotHaveIsRefusedByName() {
    refused(501, "NotImplemented", () -> s3.getBucketAcl(r -> r.bucket("raw")));
    refused(501, "NotImplemented", () -> s3.getBucketVersioning(r -> r.bucket("raw")));
    refused(
        501,
        "NotImplemented",
        () ->
            s3.putObjectTagging(r ->
                r.bucket("raw")
                    .key("a")
                    .tagging(t -> t.tagSet(Tag.builder().key("k").value("v").build()))));
    refused(
        501,
        "NotImplemented",
        () ->
            s3.putObject(
                r -> r.bucket("raw").key("a").serverSideEncryption("aws:kms"),
                RequestBody.fromString("x")));
    refused(
        501,
        "NotImplemented",
        () ->
            s3.putObject(
                r -> r.bucket("raw").key("a").tagging("k=v"), RequestBody.fromString("x")));
    assertThat(lake.log()).isEmpty();
  }

  /** The JDK's connection loses the body of a refusal that comes before 100 Continue. */
  private static final class WithoutExpect implements ExecutionInterceptor {
    @Override
    public SdkHttpRequest modifyHttpRequest(
        Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
      return context.httpRequest().toBuilder().removeHeader("Expect").build();
    }
  }

  private S3Client client(String id, String secret, Region region) {
    return S3Client.builder()
        .endpointOverride(listener.address())
        .region(region)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
        .forcePathStyle(true)
        .overrideConfiguration(c -> c.addExecutionInterceptor(new WithoutExpect()))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  private S3Presigner presigner() {
    return S3Presigner.builder()
        .endpointOverride(listener.address())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.id(), key.secret().reveal())))
        .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
        .build();
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }

  private void put(String name, String text) {
    s3.putObject(r -> r.bucket("raw").key(name), RequestBody.fromString(text));
  }

  private String get(String name) {
    return s3.getObjectAsBytes(r -> r.bucket("raw").key(name)).asUtf8String();
  }

  private String range(String range) {
    return s3.getObjectAsBytes(r -> r.bucket("raw").key("a").range(range)).asUtf8String();
  }

  private CompletedPart part(String id, int number, byte[] bytes) {
    UploadPartResponse part =
        s3.uploadPart(
            r -> r.bucket("raw").key("aviation/big").uploadId(id).partNumber(number),
            RequestBody.fromBytes(bytes));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(part.eTag())
        .checksumCRC32(part.checksumCRC32())
        .build();
  }

  private void complete(String id, CompletedPart... parts) {
    s3.completeMultipartUpload(
        r -> r.bucket("raw").key("aviation/big").uploadId(id).multipartUpload(m -> m.parts(parts)));
  }

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void refused(int status, String code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
              assertThat(e.statusCode()).isEqualTo(status);
              assertThat(e.requestId()).isNotEmpty();
            });
  }
}
