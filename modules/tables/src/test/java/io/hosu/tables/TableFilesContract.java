package io.hosu.tables;

import static io.hosu.tables.TestLake.FLIGHTS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.governance.AccessKeys;
import io.hosu.governance.Columns;
import io.hosu.governance.Condition;
import io.hosu.governance.FileKeys;
import io.hosu.governance.Grant;
import io.hosu.governance.Grantee;
import io.hosu.governance.Mask;
import io.hosu.governance.Permission;
import io.hosu.governance.Resource;
import io.hosu.governance.TablePlaces;
import io.hosu.governance.Terms;
import io.hosu.kernel.ObjectName;
import io.hosu.kernel.TableName;
import io.hosu.objects.FilesInPlace;
import io.hosu.objects.ObjectsConfig;
import io.hosu.objects.Sweeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.RESTCatalog;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Who reads the files of a table at the S3 door: who may SELECT all of it, and nobody else. */
interface TableFilesContract {
  Resource LAYER = Resource.parse("aviation.stage");
  TableName TRIPS = TableName.parse("aviation.stage.trips");

  /** A lake with the layers stage and analytics and one table, behind its doors. */
  DoorWorld world();

  private TestLake lake() {
    return world().lake;
  }

  private Optional<TableName> place(ObjectName place) {
    return lake().database.read(tx -> TablePlaces.find(tx, place));
  }

  private S3Client client(String name) {
    AccessKeys.NewAccessKey key = world().person(name);
    return S3Client.builder()
        .endpointOverride(world().s3.address())
        .forcePathStyle(true)
        .region(Region.of("us-east-1"))
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(key.id(), key.secret().reveal())))
        .build();
  }

  private S3Client limited(String name, Terms terms) {
    S3Client s3 = client(name);
    world().allow(name, LAYER, Permission.READ_OBJECTS, Permission.WRITE_OBJECTS);
    world().allow(name, Resource.of(FLIGHTS), terms, Permission.SELECT);
    return s3;
  }

  private S3Client limited(String name) {
    return limited(name, Terms.none().with(Condition.parse("id = 1")));
  }

  private static List<String> keys(LakeTable table) {
    String data;
    try (CloseableIterable<FileScanTask> tasks = table.table().newScan().planFiles()) {
      DataFile file = tasks.iterator().next().file();
      data = file.location();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(
            data,
            table.metadataLocation(),
            table.metadata().currentSnapshot().manifestListLocation())
        .stream()
        .map(location -> ObjectName.ofLocation(location).key())
        .toList();
  }

  private static void refused(ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
  }

  private static String get(S3Client s3, String key) {
    return s3.getObjectAsBytes(r -> r.bucket("stage").key(key)).asString(ISO_8859_1);
  }

  private static List<String> list(S3Client s3, String prefix) {
    return s3.listObjectsV2(r -> r.bucket("stage").prefix(prefix)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  @Test
  default void whoSeesAPartOfATableReadsNoneOfItsFilesInAnyWay() {
    try (S3Client s3 = limited("ana")) {
      s3.putObject(r -> r.bucket("stage").key("aviation/copy"), RequestBody.fromString("x"));
      String upload =
          s3.createMultipartUpload(r -> r.bucket("stage").key("aviation/parts")).uploadId();
      for (String key : keys(lake().tables.require(FLIGHTS))) {
        assertThatThrownBy(() -> get(s3, key))
            .isInstanceOf(S3Exception.class)
            .hasMessageContaining("it is a file of the table aviation.stage.flights")
            .hasMessageContaining("SELECT")
            .hasMessageContaining("hosu sql");
        refused(() -> s3.headObject(r -> r.bucket("stage").key(key)));
        refused(() -> s3.getObjectAsBytes(r -> r.bucket("stage").key(key).range("bytes=0-3")));
        refused(() -> s3.getObjectTagging(r -> r.bucket("stage").key(key)));
        refused(() ->
            s3.copyObject(r ->
                r.sourceBucket("stage")
                    .sourceKey(key)
                    .destinationBucket("stage")
                    .destinationKey("aviation/copy")));
        refused(() ->
            s3.uploadPartCopy(r ->
                r.sourceBucket("stage")
                    .sourceKey(key)
                    .destinationBucket("stage")
                    .destinationKey("aviation/parts")
                    .uploadId(upload)
                    .partNumber(1)));
      }
      assertThat(get(s3, "aviation/copy")).isEqualTo("x");
    }
  }

  @Test
  default void aListingShowsFilesOfATableToWhoSeesAllOfItAndAllElseAsBefore() {
    try (S3Client s3 = limited("ana");
        S3Client whole = limited("ben", Terms.none())) {
      s3.putObject(
          r -> r.bucket("stage").key("aviation/flights/notes.txt"), RequestBody.fromString("x"));
      assertThat(list(s3, "")).containsExactly("aviation/flights/notes.txt");
      assertThat(list(s3, "aviation/flights/data/")).isEmpty();
      assertThat(
              s3.listObjectsV2(r -> r.bucket("stage").prefix("aviation/flights/").delimiter("/"))
                  .commonPrefixes())
          .isEmpty();
      assertThat(list(whole, "")).hasSizeGreaterThan(3).contains("aviation/flights/notes.txt");
      for (String key : keys(lake().tables.require(FLIGHTS))) {
        assertThat(get(whole, key)).isNotEmpty();
      }
    }
  }

  @Test
  default void everyKindOfLimitCountsAndSoDoesADenial() {
    List<Terms> limits =
        List.of(
            Terms.none().with(Columns.only(List.of("id"))),
            Terms.none().with("city", new Terms.Masking(new Mask.Hash(), Optional.empty())));
    String key = keys(lake().tables.require(FLIGHTS)).getFirst();
    for (int i = 0; i < limits.size(); i++) {
      try (S3Client s3 = limited("ana" + i, limits.get(i))) {
        refused(() -> get(s3, key));
      }
    }
    try (S3Client s3 = limited("ben", Terms.none())) {
      assertThat(get(s3, key)).isNotEmpty();
      Grant deny =
          Grant.declared(Grantee.user("ben"), EnumSet.of(Permission.SELECT), Resource.of(FLIGHTS))
              .asDeny();
      lake().database.<Grant>write(tx -> world().governance.grants().put(tx, deny));
      refused(() -> get(s3, key));
      assertThat(list(s3, "aviation/flights/")).isEmpty();
    }
  }

  @Test
  default void toSelectAllOfATableIsNotEnoughWithoutTheRightToReadObjects() {
    try (S3Client s3 = client("ana")) {
      world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT);
      refused(() -> get(s3, keys(lake().tables.require(FLIGHTS)).getFirst()));
    }
  }

  @Test
  default void filesOfATableThatMustNotBeKnownAreNotThere() {
    try (S3Client s3 = limited("ana", Terms.none())) {
      Grant deny =
          Grant.declared(Grantee.user("ana"), EnumSet.of(Permission.DESCRIBE), Resource.of(FLIGHTS))
              .asDeny();
      lake().database.<Grant>write(tx -> world().governance.grants().put(tx, deny));
      String key = keys(lake().tables.require(FLIGHTS)).getFirst();
      assertThatThrownBy(() -> get(s3, key)).isInstanceOf(NoSuchKeyException.class);
      assertThatThrownBy(() -> get(s3, "aviation/flights/data/none"))
          .isInstanceOf(NoSuchKeyException.class);
      assertThat(list(s3, "aviation/")).isEmpty();
    }
  }

  @Test
  default void whatIsLeftOfADroppedTableIsStillReadAsTheTableWas() {
    String key = keys(lake().tables.require(FLIGHTS)).getFirst();
    try (S3Client s3 = limited("ana");
        S3Client whole = limited("ben", Terms.none())) {
      String version = whole.headObject(r -> r.bucket("stage").key(key)).versionId();
      lake().database.<Boolean>write(tx -> lake().tables.drop(tx, FLIGHTS));
      refused(() -> s3.getObjectAsBytes(r -> r.bucket("stage").key(key).versionId(version)));
      assertThat(
              whole
                  .getObjectAsBytes(r -> r.bucket("stage").key(key).versionId(version))
                  .asByteArray())
          .isNotEmpty();
    }
  }

  @Test
  default void aRenamedTableIsReadByTheGrantsOfItsNewNameAndItsPlaceStaysItsOwn() {
    try (S3Client s3 = limited("ana", Terms.none())) {
      String key = keys(lake().tables.require(FLIGHTS)).getFirst();
      assertThat(get(s3, key)).isNotEmpty();
      lake().database.perform(tx -> lake().tables.open().rename(tx, FLIGHTS, TRIPS));
      refused(() -> get(s3, key));
      world().allow("ana", Resource.of(TRIPS), Permission.SELECT);
      assertThat(get(s3, key)).isNotEmpty();

      lake().database.<Boolean>write(tx -> lake().tables.drop(tx, TRIPS));
      lake().append(FLIGHTS, "SELECT 1 AS id");
      assertThat(lake().tables.require(FLIGHTS).metadata().location())
          .startsWith("s3://stage/aviation/flights-");
    }
  }

  @Test
  default void theKeyToFilesOfATableEndsWithItsName() throws Exception {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT);
    try (var catalog = world().catalog(key)) {
      var table = catalog.loadTable(IcebergDoorContract.ID);
      assertThat(IcebergDoorContract.rows(table)).hasSize(2);
      lake().database.perform(tx -> lake().tables.open().rename(tx, FLIGHTS, TRIPS));
      assertThatThrownBy(() -> IcebergDoorContract.rows(table)).isInstanceOf(S3Exception.class);
    }
  }

  /** As much is removed as ever may be, {@code later}. */
  private void sweep(Duration later) {
    ObjectsConfig least = new ObjectsConfig(Duration.ZERO, Duration.ZERO, Duration.ofMinutes(2));
    new Sweeper(lake().database, lake().blobs, () -> lake().clock.instant().plus(later), least)
        .sweep();
  }

  @Test
  default void whoWasGivenATableReadsItUntilTheKeyEndsAlsoWhenItsSnapshotHasExpired()
      throws Exception {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT);
    String data = keys(lake().tables.require(FLIGHTS)).getFirst();
    try (var catalog = world().catalog(key);
        S3Client withoutKey = limited("ben", Terms.none())) {
      var table = catalog.loadTable(IcebergDoorContract.ID);
      lake().replaceAll(FLIGHTS, "SELECT 3 AS id, 'Rome' AS city");
      Compacting.publish(
          lake(), lake().tables.upkeep().prepareForgetting(CommitContext.of("upkeep"), FLIGHTS));
      sweep(FileKeys.TTL.minusMinutes(1));

      assertThat(lake().rows(FLIGHTS)).hasSize(1);
      assertThat(IcebergDoorContract.rows(table)).containsExactly("1 Oslo", "2 Bern");
      assertThatThrownBy(() -> get(withoutKey, data)).isInstanceOf(NoSuchKeyException.class);
      assertThat(list(withoutKey, data)).isEmpty();

      sweep(FileKeys.TTL.plusMinutes(1));
      assertThatThrownBy(() -> IcebergDoorContract.rows(table))
          .hasRootCauseInstanceOf(NoSuchKeyException.class);
    }
  }

  @Test
  default void anObjectThatTookThePlaceOfAFileIsReadInsteadOfItAndItsDeletionHolds()
      throws Exception {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT, Permission.INSERT);
    String data = keys(lake().tables.require(FLIGHTS)).getFirst();
    try (var catalog = world().catalog(key)) {
      S3Client s3 = ((DoorFileIO) catalog.loadTable(IcebergDoorContract.ID).io()).s3();
      lake().replaceAll(FLIGHTS, "SELECT 3 AS id, 'Rome' AS city");
      Compacting.publish(
          lake(), lake().tables.upkeep().prepareForgetting(CommitContext.of("upkeep"), FLIGHTS));
      assertThat(get(s3, data)).startsWith("PAR1");
      lake().clock.advance(Duration.ofSeconds(1));

      s3.putObject(r -> r.bucket("stage").key(data), RequestBody.fromString("x"));
      assertThat(get(s3, data)).isEqualTo("x");

      s3.deleteObject(r -> r.bucket("stage").key(data));
      assertThatThrownBy(() -> get(s3, data)).isInstanceOf(NoSuchKeyException.class);
    }
  }

  @Test
  default void aPlaceIsForgottenWhenNothingIsLeftThere() {
    ObjectName place = ObjectName.parse("stage/aviation/flights/");
    lake().database.<Boolean>write(tx -> lake().tables.drop(tx, FLIGHTS));
    lake().append(TRIPS, "SELECT 1 AS id");
    lake().database.<Boolean>write(tx -> lake().tables.drop(tx, TRIPS));
    assertThat(place(place)).contains(FLIGHTS);

    lake().clock.advance(Duration.ofDays(30));
    new Sweeper(lake().database, lake().blobs, lake().clock, ObjectsConfig.standard()).sweep();
    lake().append(TRIPS, "SELECT 1 AS id");
    lake().database.<Boolean>write(tx -> lake().tables.drop(tx, TRIPS));
    assertThat(place(place)).isEmpty();
  }

  @Test
  default void aKeyToFilesReadsThoseTooThatTheTableHasWhereTheyLieAndDoesNothingElseToThem()
      throws IOException {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT, Permission.INSERT);
    ObjectName place =
        ObjectName.ofLocation(lake().tables.require(FLIGHTS).metadata().location() + "/");
    ObjectName file = new ObjectName("analytics", "aviation/old/1.parquet");
    ObjectName other = new ObjectName("analytics", "aviation/old/2.parquet");
    try (S3Client ben = client("ben");
        RESTCatalog catalog = world().catalog(key)) {
      world().allow("ben", Resource.parse("aviation.analytics"), Permission.WRITE_OBJECTS);
      String earlier = put(ben, file, "before").versionId();
      put(ben, file, "flights");
      put(ben, other, "flights");
      DoorFileIO files =
          (DoorFileIO) catalog.loadTable(TableIdentifier.of("stage", "flights")).io();
      S3Client ana = files.s3();
      refused(() -> files.newInputFile(file.location()));

      lake()
          .database
          .perform(tx ->
              FilesInPlace.keep(tx, place, lake().files.resolveAll(tx, List.of(file)).values()));

      assertThat(files.newInputFile(file.location()).getLength()).isEqualTo(7);
      assertThat(ana.headObject(r -> r.bucket("analytics").key(file.key())).contentLength())
          .isEqualTo(7);
      refused(() ->
          ana.getObjectAsBytes(r -> r.bucket("analytics").key(file.key()).versionId(earlier)));
      refused(() -> files.newInputFile(other.location()));
      refused(() -> put(ana, file, "mine"));
      refused(() -> ana.deleteObject(r -> r.bucket("analytics").key(file.key())));
      refused(() -> ana.listObjectsV2(r -> r.bucket("analytics").prefix("aviation/old/")));
      lake().append(TRIPS, "SELECT 1 AS id");
      world().allow("ana", Resource.of(TRIPS), Permission.SELECT);
      DoorFileIO trips = (DoorFileIO) catalog.loadTable(TableIdentifier.of("stage", "trips")).io();
      refused(() -> trips.newInputFile(file.location()));

      lake().database.perform(tx -> FilesInPlace.releaseAll(tx, place));
      refused(() -> files.newInputFile(file.location()));
    }
  }

  @Test
  default void aKeyToFilesInPlaceEndsWithTheRightToTheTable() throws IOException {
    AccessKeys.NewAccessKey key = world().person("ana");
    world().allow("ana", Resource.of(FLIGHTS), Permission.SELECT);
    ObjectName place =
        ObjectName.ofLocation(lake().tables.require(FLIGHTS).metadata().location() + "/");
    ObjectName file = new ObjectName("analytics", "aviation/old/1.parquet");
    try (S3Client ben = client("ben");
        RESTCatalog catalog = world().catalog(key)) {
      world().allow("ben", Resource.parse("aviation.analytics"), Permission.WRITE_OBJECTS);
      put(ben, file, "flights");
      lake()
          .database
          .perform(tx ->
              FilesInPlace.keep(tx, place, lake().files.resolveAll(tx, List.of(file)).values()));
      DoorFileIO files =
          (DoorFileIO) catalog.loadTable(TableIdentifier.of("stage", "flights")).io();
      assertThat(files.newInputFile(file.location()).getLength()).isEqualTo(7);

      world().deny("ana", Resource.of(FLIGHTS), Permission.SELECT);

      refused(() -> files.newInputFile(file.location()));
    }
  }

  private static PutObjectResponse put(S3Client s3, ObjectName name, String text) {
    return s3.putObject(r -> r.bucket(name.bucket()).key(name.key()), RequestBody.fromString(text));
  }
}
