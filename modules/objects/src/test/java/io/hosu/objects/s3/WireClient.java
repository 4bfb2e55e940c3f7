package io.hosu.objects.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.hosu.governance.AccessKeys.NewAccessKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs by the letter of Amazon's documentation, and writes each byte of a request itself. */
final class WireClient {
  static final String DATE = "20260101T120000Z";
  private static final String SCOPE = "20260101/us-east-1/s3/aws4_request";

  private final int port;
  private final NewAccessKey key;

  WireClient(int port, NewAccessKey key) {
    this.port = port;
    this.key = key;
  }

  /** Headers that every signed request has. */
  Map<String, String> headers(String payload) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("host", "127.0.0.1:" + port);
    headers.put("x-amz-date", DATE);
    headers.put("x-amz-content-sha256", payload);
    return headers;
  }

  /** The signature of a request whose path needs no encoding and which has no query. */
  String signature(String method, String path, Map<String, String> headers) {
    StringBuilder canonical = new StringBuilder(method + "\n" + path + "\n\n");
    headers.forEach((name, value) -> canonical.append(name + ":" + value + "\n"));
    String names = String.join(";", headers.keySet());
    canonical.append("\n" + names + "\n" + headers.get("x-amz-content-sha256"));
    return sign(
        "AWS4-HMAC-SHA256\n"
            + headers.get("x-amz-date")
            + "\n"
            + SCOPE
            + "\n"
            + sha256(canonical.toString().getBytes(ISO_8859_1)));
  }

  /** Sends a request that is signed as it is, and gives the whole answer. */
  String send(String method, String path, Map<String, String> headers, byte[] body)
      throws IOException {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("authorization", authorization(method, path, headers));
    all.putIfAbsent("content-length", "" + body.length);
    return sendUnsigned(method, path, all, body);
  }

  /** The header that signs {@code headers}. */
  String authorization(String method, String path, Map<String, String> headers) {
    return "AWS4-HMAC-SHA256 Credential="
        + key.id()
        + "/"
        + SCOPE
        + ", SignedHeaders="
        + String.join(";", headers.keySet())
        + ", Signature="
        + signature(method, path, headers);
  }

  /** Sends these bytes, and then nothing more. */
  String sendUnsigned(String method, String target, Map<String, String> headers, byte[] body)
      throws IOException {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    head.append("connection: close\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(head.toString().getBytes(ISO_8859_1));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  /** A body of signed chunks, with a signed trailer unless it is empty. */
  byte[] signedChunks(String seed, String trailer, String... chunks) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String previous = seed;
    for (String chunk : chunks) {
      previous = chunkSignature(previous, chunk);
      write(body, Integer.toHexString(chunk.getBytes(UTF_8).length));
      write(body, ";chunk-signature=" + previous + "\r\n" + chunk + "\r\n");
    }
    previous = chunkSignature(previous, "");
    write(body, "0;chunk-signature=" + previous + "\r\n");
    if (!trailer.isEmpty()) {
      String signature =
          sign(
              "AWS4-HMAC-SHA256-TRAILER\n"
                  + DATE
                  + "\n"
                  + SCOPE
                  + "\n"
                  + previous
                  + "\n"
                  + sha256((trailer + "\n").getBytes(UTF_8)));
      write(body, trailer + "\r\nx-amz-trailer-signature:" + signature + "\r\n");
    }
    write(body, "\r\n");
    return body.toByteArray();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String chunkSignature(String previous, String chunk) {
    return sign(
        "AWS4-HMAC-SHA256-PAYLOAD\n"
            + DATE
            + "\n"
            + SCOPE
            + "\n"
            + previous
            + "\n"
            + sha256(new byte[0])
            + "\n"
            + sha256(chunk.getBytes(UTF_8)));
  }

  private String sign(String text) {
    byte[] secret = ("AWS4" + key.secret().reveal()).getBytes(UTF_8);
    byte[] signing = hmac(hmac(hmac(hmac(secret, "20260101"), "us-east-1"), "s3"), "aws4_request");
    return HexFormat.of().formatHex(hmac(signing, text));
  }

  private static byte[] hmac(byte[] secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(ByteArrayOutputStream body, String text) throws IOException {
    body.write(text.getBytes(UTF_8));
  }
}
