package io.hosu.objects;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.Caller;
import io.hosu.governance.Permission;
import io.hosu.governance.Principal;
import io.hosu.governance.Resource;
import io.hosu.governance.TablePlaces;
import io.hosu.kernel.Event;
import io.hosu.kernel.HosuException;
import io.hosu.kernel.HosuException.Denied;
import io.hosu.kernel.HosuException.Invalid;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.backend.BlobWriter;
import io.hosu.objects.backend.StoredBlob;
import io.hosu.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass(name = "{0}")
@EnumSource(TestDatabase.class)
class ObjectsTest {
  private final TestDatabase kind;
  private static final ObjectName NAME = ObjectName.parse("raw/aviation/flights/1.csv");
  private static final String SHA256_OF_A =
      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

  @TempDir Path data;
  private TestLake lake;

  ObjectsTest(TestDatabase kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws IOException {
    lake = new TestLake(kind, data);
  }

  @AfterEach
  void close() {
    lake.close();
  }

  @Test
  void whatIsPutCanBeReadWithItsChecksumsAndAttributes() {
    ObjectVersion put =
        lake.objects.put(
            lake.admin(),
            NAME,
            TestLake.payload("a"),
            new PutOptions(
                new Attributes(Map.of("content-type", "text/csv"), Map.of("who", "grüße")),
                Precondition.none()));

    ObjectVersion found = lake.objects.require(lake.admin(), NAME);
    assertThat(found).isEqualTo(put);
    assertThat(found.size()).isEqualTo(1);
    assertThat(found.etag()).isEqualTo("0cc175b9c0f1b6a831c399e269772661");
    assertThat(found.sha256()).isEqualTo(SHA256_OF_A);
    assertThat(found.contentType()).isEqualTo("text/csv");
    assertThat(found.metadata()).containsExactly(Map.entry("who", "grüße"));
    assertThat(found.principal()).isEqualTo("admin");
    assertThat(lake.read(found)).isEqualTo("a");
  }

  @Test
  void aPutIsToldInTheShapeOfS3sOwnEvents() {
    ObjectVersion put = lake.put("raw/aviation/flights/1.csv", "a");

    Event event = lake.log().getLast();
    assertThat(event.source()).isEqualTo("hosu.objects");
    assertThat(event.detailType()).isEqualTo("Object Created");
    assertThat(event.account()).isEqualTo("aviation");
    assertThat(event.detail().toString())
        .isEqualTo(
            "{\"version\":\"0\",\"bucket\":{\"name\":\"raw\"},\"object\":{\"key\":"
                + "\"aviation/flights/1.csv\",\"version-id\":\""
                + put.version()
                + "\",\"sequencer\":\""
                + put.version()
                + "\",\"size\":1,\"etag\":\"0cc175b9c0f1b6a831c399e269772661\",\"sha256\":\""
                + SHA256_OF_A
                + "\"},\"request-id\":\"request-1\",\"requester\":\"admin\","
                + "\"reason\":\"PutObject\"}");
  }

  @Test
  void aKeyOutsideOfDomainsMakesAnEventOfTheWholeLake() {
    lake.put("raw/readme", "a");
    lake.put("raw/Not A Domain/x", "a");
    assertThat(lake.log()).extracting(Event::account).containsExactly("", "");
  }

  @Test
  void theSameBytesAgainMakeANewVersionAndAnEvent() {
    ObjectVersion first = lake.put("raw/a/b", "same");
    ObjectVersion second = lake.put("raw/a/b", "same");
    assertThat(second.version()).isGreaterThan(first.version());
    assertThat(lake.log()).hasSize(2);
  }

  @Test
  void anOverwrittenVersionStaysReadableByItsId() {
    ObjectVersion first = lake.put("raw/a/b", "old");
    lake.put("raw/a/b", "new");

    assertThat(lake.read("raw/a/b")).isEqualTo("new");
    ObjectVersion old = lake.objects.require(lake.admin(), first.name(), first.version());
    assertThat(lake.read(old)).isEqualTo("old");
  }

  @Test
  void aDeletedObjectIsGoneAndItsVersionsAreNot() {
    ObjectVersion put = lake.put("raw/a/b", "x");
    Optional<String> marker = lake.objects.delete(lake.admin(), put.name());

    assertThat(marker).isPresent();
    refused(ObjectsError.OBJECT_NOT_FOUND, () -> lake.objects.require(lake.admin(), put.name()));
    refused(
        ObjectsError.VERSION_NOT_FOUND,
        () -> lake.objects.require(lake.admin(), put.name(), marker.orElseThrow()));
    assertThat(lake.read(lake.objects.require(lake.admin(), put.name(), put.version())))
        .isEqualTo("x");
    Event event = lake.log().getLast();
    assertThat(event.detailType()).isEqualTo("Object Deleted");
    assertThat(event.detail().at("/object/version-id").asText()).isEqualTo(marker.orElseThrow());
  }

  @Test
  void theSecondDeleteFindsNothingAndTellsNothing() {
    lake.put("raw/a/b", "x");
    lake.objects.delete(lake.admin(), ObjectName.parse("raw/a/b"));
    assertThat(lake.objects.delete(lake.admin(), ObjectName.parse("raw/a/b"))).isEmpty();
    assertThat(lake.log()).hasSize(2);
  }

  @Test
  void aLayerThatIsNotThereIsNamedWithWhatIs() {
    assertThatThrownBy(() -> lake.put("row/a", "x"))
        .isInstanceOfSatisfying(
            HosuException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ObjectsError.BUCKET_NOT_FOUND);
              assertThat(e.what()).contains("did you mean 'raw'");
            });
    refused(
        ObjectsError.BUCKET_NOT_FOUND,
        () -> lake.objects.require(lake.admin(), ObjectName.parse("row/a")));
  }

  @Test
  void aConditionalPutHoldsOnlyInTheStateItDemands() {
    putIf(new Precondition.Absent(), "first");
    refused(ObjectsError.PRECONDITION_FAILED, () -> putIf(new Precondition.Absent(), "second"));
    String etag = lake.objects.require(lake.admin(), NAME).etag();
    putIf(new Precondition.Matches(etag), "third");
    refused(
        ObjectsError.PRECONDITION_FAILED, () -> putIf(new Precondition.Matches(etag), "fourth"));
    assertThat(lake.read(NAME.toString())).isEqualTo("third");
    refused(
        ObjectsError.OBJECT_NOT_FOUND,
        () ->
            lake.objects.put(
                lake.admin(),
                ObjectName.parse("raw/none"),
                TestLake.payload("x"),
                new PutOptions(Attributes.none(), new Precondition.Matches("*"))));
  }

  @Test
  void aBodyThatBreaksOffLeavesNothing() throws IOException {
    InputStream gone = InputStream.nullInputStream();
    gone.close();
    InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), gone);
    assertThatThrownBy(
            () -> lake.objects.put(lake.admin(), NAME, Payload.of(broken), PutOptions.standard()))
        .isInstanceOf(UncheckedIOException.class);
    nothingIsLeft();
  }

  @Test
  void bytesThatAreNotWhatTheClientClaimsLeaveNothing() {
    Payload.Claim claim =
        new Payload.Claim(
            ChecksumAlgorithm.SHA256,
            "00",
            () -> new Invalid(ObjectsError.CHECKSUM_MISMATCH, "Not these.", "Send again."));
    Payload payload =
        new Payload(
            TestLake.payload("a").stream(), Optional.empty(), Payload.Claims.of(List.of(claim)));
    refused(
        ObjectsError.CHECKSUM_MISMATCH,
        () -> lake.objects.put(lake.admin(), NAME, payload, PutOptions.standard()));
    nothingIsLeft();
  }

  @Test
  void metadataHasALimit() {
    Attributes large = new Attributes(Map.of(), Map.of("k", "x".repeat(2048)));
    refused(
        ObjectsError.METADATA_TOO_LARGE,
        () ->
            lake.objects.put(
                lake.admin(),
                NAME,
                TestLake.payload("a"),
                new PutOptions(large, Precondition.none())));
  }

  @Test
  void aCopyHasTheSameBytesAndItsOwnAttributesWhenTold() throws IOException {
    ObjectVersion source = lake.put("raw/a/b", "x");
    ObjectName target = ObjectName.parse("stage/a/b");
    ObjectVersion copy =
        lake.objects.copy(lake.admin(), source, target, Optional.empty(), Precondition.none());
    assertThat(copy.content()).isEqualTo(source.content());
    assertThat(copy.contentType()).isEqualTo("text/plain");

    lake.objects.copy(
        lake.admin(),
        source,
        target,
        Optional.of(Attributes.ofType("text/csv")),
        Precondition.none());
    assertThat(lake.objects.require(lake.admin(), target).contentType()).isEqualTo("text/csv");
    try (Stream<StoredBlob> blobs = lake.blobs.list()) {
      assertThat(blobs).hasSize(1);
    }
    assertThat(lake.log().getLast().detail().path("reason").asText()).isEqualTo("CopyObject");
  }

  @Test
  void onlyWhoMayDoesAnything() {
    lake.put("raw/aviation/flights/1.csv", "x");
    Principal reader =
        lake.granted("reader", Set.of(Permission.READ_OBJECTS), new Resource.Domain("aviation"));
    Caller caller = lake.caller(reader);

    assertThat(lake.objects.require(caller, NAME).size()).isEqualTo(1);
    assertThatThrownBy(
            () -> lake.objects.put(caller, NAME, TestLake.payload("y"), PutOptions.standard()))
        .isInstanceOf(Denied.class);
    assertThatThrownBy(() -> lake.objects.delete(caller, NAME)).isInstanceOf(Denied.class);
    assertThatThrownBy(() -> lake.objects.require(caller, ObjectName.parse("raw/sales/x")))
        .isInstanceOf(Denied.class);
    assertThatThrownBy(() -> lake.objects.find(lake.caller(Principal.user("nobody")), NAME))
        .isInstanceOf(Denied.class);
    assertThat(lake.read(NAME.toString())).isEqualTo("x");
  }

  @Test
  void manyAreDeletedAtOnceAndOneRefusalHoldsUpNoOther() {
    lake.put("raw/aviation/1", "x");
    lake.put("raw/sales/1", "x");
    Principal writer =
        lake.granted(
            "writer",
            Set.of(Permission.READ_OBJECTS, Permission.WRITE_OBJECTS),
            new Resource.Domain("aviation"));
    List<Objects.Deletion> deletions =
        lake.objects.deleteAll(
            lake.caller(writer), "raw", List.of("aviation/1", "sales/1", "aviation/none"));

    assertThat(deletions.get(0)).isInstanceOf(Objects.Deletion.Done.class);
    assertThat(deletions.get(1)).isInstanceOf(Objects.Deletion.Refused.class);
    assertThat(deletions.get(2))
        .isEqualTo(
            new Objects.Deletion.Done(ObjectName.parse("raw/aviation/none"), Optional.empty()));
    assertThat(lake.read("raw/sales/1")).isEqualTo("x");
  }

  @Test
  void aFileOfATableIsReadByClientsAndChangedOnlyByCommits() throws IOException {
    ObjectName file = ObjectName.parse("stage/aviation/flights/data/1.parquet");
    String blob = blob("parquet");
    lake.database.write(tx -> {
      lake.files.register(tx, file, blob, 7);
      return file;
    });
    refused(ObjectsError.OBJECT_NOT_FOUND, () -> lake.read(file.toString()));
    lake.database.perform(tx ->
        TablePlaces.put(
            tx,
            ObjectName.parse("stage/aviation/flights/"),
            TableName.parse("aviation.stage.flights")));

    assertThat(lake.read(file.toString())).isEqualTo("parquet");
    assertThat(lake.log()).isEmpty();
    refused(ObjectsError.TABLE_FILE_PROTECTED, () -> lake.put(file.toString(), "x"));
    refused(ObjectsError.TABLE_FILE_PROTECTED, () -> lake.objects.delete(lake.admin(), file));
    assertThat(lake.files.resolve(file).orElseThrow().path()).hasContent("parquet");

    assertThat(lake.database.<Integer>write(tx -> lake.files.unregister(tx, file))).isEqualTo(1);
    assertThat(lake.files.resolve(file)).isEmpty();
  }

  @Test
  void aTableEndsNoFileOfAnother() throws IOException {
    ObjectName own = ObjectName.parse("stage/aviation/flights/data/1.parquet");
    ObjectName other = ObjectName.parse("stage/aviation/flights-2/data/1.parquet");
    String first = blob("one");
    String second = blob("two");
    lake.database.perform(tx -> lake.files.register(tx, own, first, 3));
    lake.database.perform(tx -> lake.files.register(tx, other, second, 3));
    ObjectName inPlace = lake.put("raw/1.parquet", "x").name();
    ObjectName place = ObjectName.parse("stage/aviation/flights/");
    ObjectName otherPlace = ObjectName.parse("stage/aviation/flights-2/");
    List<ObjectName> all = List.of(own, other, inPlace);
    lake.database.perform(tx ->
        FilesInPlace.keep(tx, otherPlace, lake.files.resolveAll(tx, List.of(inPlace)).values()));

    lake.database.perform(tx -> lake.files.unregister(tx, place, all));
    assertThat(lake.files.findAll(all)).containsOnlyKeys(other, inPlace);
    assertThat(placeOf(inPlace)).isEqualTo("stage/aviation/flights-2/");
    lake.database.perform(tx -> lake.files.unregister(tx, otherPlace, all));
    assertThat(lake.files.findAll(all)).containsOnlyKeys(inPlace);
    assertThat(placeOf(inPlace)).isEmpty();
  }

  private String placeOf(ObjectName inPlace) {
    return requireNonNull(lake.files.findAll(List.of(inPlace)).get(inPlace)).inPlace();
  }

  @Test
  void aFileOfATableNeedsANewNameAndAYoungBlob() throws IOException {
    ObjectVersion put = lake.put("stage/x", "x");
    String blob = blob("y");
    refused(
        ObjectsError.OBJECT_EXISTS,
        () ->
            lake.database.write(tx -> {
              lake.files.register(tx, put.name(), blob, 1);
              return blob;
            }));
    lake.clock.advance(Duration.ofHours(13));
    refused(
        ObjectsError.BLOB_EXPIRED,
        () ->
            lake.database.write(tx -> {
              lake.files.register(tx, ObjectName.parse("stage/y"), blob, 1);
              return blob;
            }));
  }

  @Test
  void aFileOfATableComesInThePlaceOfAnObjectThatIsStillTheSame() throws IOException {
    ObjectName name = lake.put("stage/x", "theirs").name();
    String blob = blob("ours");
    ObjectFiles.NewFile early = new ObjectFiles.NewFile(name, blob, 4, lake.files.resolve(name));
    lake.put("stage/x", "theirs again");
    refused(
        ObjectsError.PRECONDITION_FAILED,
        () ->
            lake.database.write(tx -> {
              lake.files.register(tx, List.of(early));
              return name;
            }));
    assertThat(lake.read("stage/x")).isEqualTo("theirs again");

    ObjectFiles.NewFile now = new ObjectFiles.NewFile(name, blob, 4, lake.files.resolve(name));
    lake.database.perform(tx -> lake.files.register(tx, List.of(now)));
    assertThat(lake.files.resolve(name).orElseThrow().path()).hasContent("ours");
    refused(ObjectsError.TABLE_FILE_PROTECTED, () -> lake.put("stage/x", "x"));
  }

  @Test
  void manyNamesAreResolvedAtOnce() {
    for (int i = 0; i < 900; i++) {
      lake.put("raw/a/" + i, "" + i);
    }
    List<ObjectName> names =
        Stream.iterate(0, i -> i + 1).limit(1000).map(i -> ObjectName.parse("raw/a/" + i)).toList();
    assertThat(lake.files.resolveAll(names)).hasSize(900);
  }

  @Test
  void aBucketGoesOnlyWhenItIsEmpty() {
    ObjectVersion put = lake.put("raw/a", "x");
    refused(
        ObjectsError.BUCKET_NOT_EMPTY,
        () -> lake.database.write(tx -> lake.buckets.delete(tx, "raw")));
    lake.objects.delete(lake.admin(), put.name());
    assertThat(lake.database.<Boolean>write(tx -> lake.buckets.delete(tx, "raw"))).isTrue();
    assertThat(lake.buckets.list()).extracting(Buckets.Bucket::name).containsExactly("stage");
  }

  private String blob(String text) throws IOException {
    try (BlobWriter writer = lake.blobs.create()) {
      writer.stream().write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return writer.finish();
    }
  }

  private void putIf(Precondition precondition, String text) {
    lake.objects.put(
        lake.admin(),
        NAME,
        TestLake.payload(text),
        new PutOptions(Attributes.none(), precondition));
  }

  private void nothingIsLeft() {
    assertThat(lake.objects.find(lake.admin(), NAME)).isEmpty();
    assertThat(lake.log()).isEmpty();
    try (Stream<StoredBlob> blobs = lake.blobs.list();
        Stream<Path> staged = java.nio.file.Files.list(lake.blobs.staging())) {
      assertThat(blobs).isEmpty();
      assertThat(staged).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void refused(ObjectsError code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(HosuException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
