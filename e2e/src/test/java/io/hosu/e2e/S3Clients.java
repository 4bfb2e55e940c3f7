package io.hosu.e2e;

import io.hosu.testing.HosuProcess;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients of the S3 door, as the AWS SDK makes them by default. */
final class S3Clients {
  private S3Clients() {}

  /** A client that signs as the administrator. */
  static S3Client of(HosuProcess hosu) {
    return of(hosu, hosu.value("AWS_ACCESS_KEY_ID"), hosu.value("AWS_SECRET_ACCESS_KEY"));
  }

  /** A client that signs with another key. */
  static S3Client of(HosuProcess hosu, String accessKeyId, String secret) {
    return of(hosu, AwsBasicCredentials.create(accessKeyId, secret));
  }

  /** A client with other credentials. */
  static S3Client of(HosuProcess hosu, AwsCredentials credentials) {
    return builder(hosu, credentials).httpClient(UrlConnectionHttpClient.create()).build();
  }

  /** What makes a client, but for its way to the server. */
  static S3ClientBuilder builder(HosuProcess hosu, AwsCredentials credentials) {
    return S3Client.builder()
        .endpointOverride(URI.create(hosu.value("AWS_ENDPOINT_URL_S3")))
        .region(Region.of(hosu.value("AWS_REGION")))
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .forcePathStyle(true);
  }
}
