package io.hosu.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hosu.kernel.ErrorCode;
import io.hosu.kernel.HosuException.Conflict;
import io.hosu.kernel.HosuException.Exhausted;
import io.hosu.kernel.HosuException.Unavailable;
import io.hosu.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenerTest {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Listener> open = new ArrayList<>();

  @AfterEach
  void closeAll() {
    open.forEach(Listener::close);
    client.close();
  }

  @Test
  void theHandlerSeesThePathExactlyAsItWasSent() throws Exception {
    Listener listener = listen((request, response) -> text(response, request.path()));
    for (String path :
        List.of(
            "//a//b",
            "/a/../b",
            "/a/./b/.",
            "/a%2Fb",
            "/a%2e%2e/b",
            "/a;v=1/b",
            "/a+b%20c",
            "/%E4%BD%A0",
            "/a\\b",
            "/raw/%FF",
            "/a=b&c,d:e@f!$'()*")) {
      assertThat(body(raw(listener, "GET " + path + " HTTP/1.1"))).as(path).isEqualTo(path);
    }
  }

  @Test
  void aDecodedPathKeepsPlusAndRefusesNulAndWhatIsNotUtf8() throws Exception {
    Listener listener = listen((request, response) -> text(response, request.decodedPath()));

    assertThat(body(raw(listener, "GET /a+b%20%E4%BD%A0//../x HTTP/1.1")))
        .isEqualTo("/a+b 你//../x");
    for (String path : List.of("/%zz", "/%F", "/%FF")) {
      assertThat(raw(listener, "GET " + path + " HTTP/1.1")).as(path).startsWith("HTTP/1.1 400");
    }
  }

  @Test
  void aNulInThePathIsRefused() throws Exception {
    Listener listener = listen((_, response) -> text(response, "reached"));
    assertThat(raw(listener, "GET /a%00b HTTP/1.1")).startsWith("HTTP/1.1 400");
  }

  @Test
  void headerValuesKeepTheirBytes() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    Listener listener =
        listen((request, response) -> {
          seen.set(request.header("X-Amz-Meta-Name").orElse(""));
          response.header("x-amz-meta-name", seen.get());
        });
    String answer = raw(listener, "GET / HTTP/1.1", "x-amz-meta-NAME: é  你 a  b");

    byte[] bytes = seen.get().getBytes(ISO_8859_1);
    assertThat(new String(bytes, UTF_8)).isEqualTo("é  你 a  b");
    assertThat(answer).contains("x-amz-meta-name: é  你 a  b\r\n");
  }

  @Test
  void headersComeInOrderWithRepetitions() throws Exception {
    Listener listener = listen((request, response) -> text(response, request.headers().toString()));
    assertThat(raw(listener, "GET / HTTP/1.1", "B: 1", "A: 2", "b: 3,4"))
        .contains("Header[name=b, value=1], Header[name=a, value=2], Header[name=b, value=3,4]");
  }

  @Test
  void queryParametersAreDecodedAndTheRawQueryIsKept() throws Exception {
    Listener listener =
        listen((request, response) ->
            text(response, request.rawQuery() + " " + request.queryParameters()));
    assertThat(body(raw(listener, "GET /?b=2&a=%E4%BD%A0+x&b=%2B&uploads&c= HTTP/1.1")))
        .isEqualTo("b=2&a=%E4%BD%A0+x&b=%2B&uploads&c= {b=[2, +], a=[你 x], uploads=[], c=[]}");
    assertThat(raw(listener, "GET /?a=%FF HTTP/1.1")).contains("PARAMETER_INVALID");
  }

  @Test
  void bodiesStreamInBothDirectionsWithBackPressure() throws Exception {
    Listener listener = listen((request, response) -> request.body().transferTo(response.body()));
    byte[] sent = new byte[5_000_000];
    new java.util.Random(7).nextBytes(sent);

    assertThat(send(listener, post(listener, sent), BodyHandlers.ofByteArray()).body())
        .isEqualTo(sent);
    HttpRequest chunked =
        HttpRequest.newBuilder(listener.address())
            .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(sent)))
            .build();
    assertThat(send(listener, chunked, BodyHandlers.ofByteArray()).body()).isEqualTo(sent);
  }

  @Test
  void aSmallBodyGoesOutWithItsLength() throws Exception {
    Listener listener = listen((request, response) -> response.sendJson(200, List.of(1, 2)));
    HttpResponse<String> answer = get(listener, "/");

    assertThat(answer.body()).isEqualTo("[1,2]");
    assertThat(answer.headers().firstValue("content-length")).contains("5");
    assertThat(answer.headers().firstValue("content-type")).contains("application/json");
    assertThat(answer.headers().firstValue("server")).isEmpty();
  }

  @Test
  void headIsAnsweredWithoutABody() throws Exception {
    Listener listener =
        listen((request, response) -> {
          if (request.path().equals("/declared")) {
            response.header("Content-Length", "1000000");
          } else {
            text(response, "hello");
          }
        });
    assertThat(raw(listener, "HEAD /declared HTTP/1.1"))
        .startsWith("HTTP/1.1 200")
        .contains("Content-Length: 1000000")
        .endsWith("\r\n\r\n");
    assertThat(raw(listener, "HEAD / HTTP/1.1")).contains("Content-Length: 5").endsWith("\r\n\r\n");
  }

  @Test
  void theLastBytesWaitUntilTheHandlerIsThrough() throws Exception {
    Listener listener =
        listen((request, response) -> {
          response.header("Content-Length", "300000");
          response.body().write(new byte[300_000]);
          throw new IllegalStateException("not on record");
        });

    assertThatThrownBy(() -> get(listener, "/")).isInstanceOf(IOException.class);
    assertThat(raw(listener, "HEAD / HTTP/1.1")).startsWith("HTTP/1.1 500");
  }

  @Test
  void headOfALargeBodyTellsItsLength() throws Exception {
    Listener listener = listen((request, response) -> response.body().write(new byte[300_000]));

    assertThat(raw(listener, "HEAD / HTTP/1.1"))
        .contains("Content-Length: 300000")
        .endsWith("\r\n\r\n");
  }

  @Test
  void aClientThatExpectsContinueIsToldSoWhenTheBodyIsRead() throws Exception {
    Listener listener =
        listen((request, response) ->
            text(response, new String(request.body().readAllBytes(), UTF_8)));
    try (Socket socket = connect(listener)) {
      write(
          socket,
          String.join(
              "\r\n",
              "PUT / HTTP/1.1",
              "Host: x",
              "Connection: close",
              "Expect: 100-continue",
              "Content-Length: 3",
              "",
              ""));
      assertThat(new String(socket.getInputStream().readNBytes(25), UTF_8))
          .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      write(socket, "abc");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 200").endsWith("abc");
    }
  }

  @Test
  void aClientThatExpectsContinueIsRefusedBeforeItSendsTheBody() throws Exception {
    Listener listener =
        listen((_, _) -> {
          throw new Conflict(HttpError.BODY_INVALID, "No.", "Do not.");
        });
    String answer =
        raw(listener, "PUT / HTTP/1.1", "Expect: 100-continue", "Content-Length: 3000000000");
    assertThat(answer).startsWith("HTTP/1.1 409").doesNotContain("100 Continue");
  }

  @Test
  void anEarlyRefusalReachesAClientThatIsStillSending() throws Exception {
    Listener listener =
        listen((_, _) -> {
          throw new Conflict(HttpError.BODY_INVALID, "No.", "Do not.");
        });
    HttpResponse<String> answer =
        send(listener, post(listener, new byte[3_000_000]), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(get(listener, "/").statusCode()).isEqualTo(409);
  }

  @Test
  void aFailureBeforeTheResponseIsCommittedIsAProblemWithoutAStackTrace() throws Exception {
    Listener listener =
        listen((request, response) -> {
          response.header("X-Half", "done").status(201);
          response.body().write(1);
          throw new IllegalStateException("secret detail");
        });
    HttpResponse<String> answer = get(listener, "/");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.headers().firstValue("x-half")).isEmpty();
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(answer.body()).doesNotContain("secret").doesNotContain("Exception");
    var problem = Json.parse(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo("INTERNAL_ERROR");
    assertThat(problem.path("id").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).contains(problem.path("id").asText());
  }

  @Test
  void aFailureAfterTheResponseIsCommittedNeverLooksLikeACleanEnd() throws Exception {
    Listener listener =
        listen((request, response) -> {
          if (request.path().equals("/declared")) {
            response.header("Content-Length", "10");
          }
          response.body().write("part".getBytes(UTF_8));
          response.body().flush();
          throw new IllegalStateException("disk");
        });
    assertThatThrownBy(() -> get(listener, "/chunked")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(listener, "/declared")).isInstanceOf(IOException.class);
    assertThat(raw(listener, "GET / HTTP/1.1")).contains("part").doesNotContain("\r\n0\r\n");
  }

  @Test
  void aBodyShorterThanDeclaredNeverLooksComplete() throws Exception {
    Listener listener =
        listen((request, response) -> {
          response.header("Content-Length", "10");
          response.body().write("part".getBytes(UTF_8));
        });
    HttpResponse<String> answer;
    try {
      answer = get(listener, "/");
    } catch (IOException e) {
      return;
    }
    assertThat(answer.statusCode()).isEqualTo(500);
  }

  @Test
  void whatBreaksTheProtocolIsAProblem() throws Exception {
    Listener listener = listen((request, response) -> text(response, "reached"));
    for (String request :
        List.of(
            "NONSENSE\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n")) {
      try (Socket socket = connect(listener)) {
        write(socket, request);
        assertThat(readAll(socket))
            .as(request)
            .matches("(?s)HTTP/1.1 (400|505) .*")
            .contains("application/problem+json")
            .contains("\"remedy\"")
            .doesNotContain("reached");
      }
    }
    assertThat(get(listener, "/").body()).isEqualTo("reached");
  }

  @Test
  void aBodyThatDoesNotComeWholeIsTheClientsMistake() throws Exception {
    Listener listener =
        listen((request, response) -> {
          try {
            text(response, request.body().readAllBytes().length + " came");
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    for (String rest :
        List.of(
            "Content-Length: 100\r\n\r\nabc",
            "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nab")) {
      try (Socket socket = connect(listener)) {
        write(socket, "PUT / HTTP/1.1\r\nHost: x\r\n" + rest);
        socket.shutdownOutput();
        assertThat(readAll(socket))
            .as(rest)
            .startsWith("HTTP/1.1 400")
            .contains("REQUEST_INVALID", "Content-Length says")
            .doesNotContain(" came");
      }
    }
  }

  @Test
  void aVersionOfHttpThatIsNotSpokenIsNoFailureOfTheServer() throws Exception {
    Listener listener = listen((_, response) -> text(response, "reached"));
    for (String request :
        List.of("GET /\r\n\r\n", "GET / HTTP/0.9\r\n\r\n", "GET / HTTP/7\r\n\r\n")) {
      try (Socket socket = connect(listener)) {
        write(socket, request);
        assertThat(readAll(socket))
            .as(request)
            .contains("REQUEST_INVALID", "HTTP/1.1")
            .doesNotContain("INTERNAL_ERROR")
            .doesNotContain("The server failed");
      }
    }
  }

  @Test
  void aHugeHeaderOrRequestLineIsRefused() throws Exception {
    Listener listener = listen((request, response) -> text(response, "reached"));
    assertThat(raw(listener, "GET / HTTP/1.1", "X: " + "a".repeat(100_000)))
        .startsWith("HTTP/1.1 431")
        .contains("REQUEST_TOO_LARGE");
    assertThat(raw(listener, "GET /" + "a".repeat(17_000) + " HTTP/1.1"))
        .startsWith("HTTP/1.1 413")
        .contains("REQUEST_TOO_LARGE");
    assertThat(raw(listener, "GET /" + "a".repeat(100_000) + " HTTP/1.1"))
        .startsWith("HTTP/1.1 414");
    assertThat(raw(listener, "GET /" + "a".repeat(16_000) + " HTTP/1.1")).contains("reached");
  }

  /** As most clients do: an answer that came while they sent is lost when the connection breaks. */
  @Test
  void aClientThatSendsALargeBodyToItsEndReadsThatItIsTooLarge() throws Exception {
    Listener listener =
        listen((request, response) ->
            new Call(request, response, Map.of(), Optional.empty()).bytes(1 << 20));
    byte[] part = new byte[1 << 20];
    try (Socket socket = connect(listener)) {
      write(socket, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + (40 << 20) + "\r\n\r\n");
      for (int i = 0; i < 40; i++) {
        socket.getOutputStream().write(part);
      }
      write(socket, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 413").contains("larger than 1MB");
    }
  }

  @Test
  void aClientThatGoesAwayInMidBodyEndsOnlyItsOwnRequest() throws Exception {
    CompletableFuture<Exception> failure = new CompletableFuture<>();
    Listener listener =
        listen((request, response) -> {
          try {
            text(response, request.body().readAllBytes().length + "");
          } catch (ClientGone e) {
            failure.complete(e);
            throw e;
          }
        });
    for (String framing : List.of("Content-Length: 100\r\n\r\nabc")) {
      try (Socket socket = connect(listener)) {
        write(socket, "PUT / HTTP/1.1\r\nHost: x\r\n" + framing);
      }
    }
    assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(ClientGone.class);
    assertThat(get(listener, "/").body()).isEqualTo("0");
  }

  @Test
  void aBrokenChunkIsNotTheEndOfTheBody() throws Exception {
    CompletableFuture<Integer> read = new CompletableFuture<>();
    Listener listener =
        listen((request, _) -> {
          try {
            read.complete(request.body().readAllBytes().length);
          } catch (IOException e) {
            read.completeExceptionally(e);
            throw e;
          }
        });
    try (Socket socket = connect(listener)) {
      write(
          socket,
          "PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n\r\n");
      assertThat(readAll(socket)).doesNotContain(" 200 ");
    }
    assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(ClientGone.class);
  }

  @Test
  void aClientThatDoesNotReadIsGivenUpAfterTheIdleTimeout() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Listener listener =
        listen(
            config().at("127.0.0.1", 0),
            (_, response) -> {
              byte[] block = new byte[65536];
              try {
                for (int i = 0; i < 10_000; i++) {
                  response.body().write(block);
                }
              } catch (IOException e) {
                failure.complete(e);
                throw e;
              }
            });
    try (Socket socket = connect(listener)) {
      write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(ClientGone.class);
    }
  }

  @Test
  void aClientThatIsSilentInMidBodyIsGivenUpAfterTheIdleTimeout() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Listener listener =
        listen(
            config(),
            (request, _) -> {
              try {
                request.body().readAllBytes();
              } catch (IOException e) {
                failure.complete(e);
                throw e;
              }
            });
    try (Socket socket = connect(listener)) {
      write(socket, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
      assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(ClientGone.class);
      assertThat(readAll(socket)).doesNotContain(" 200 ");
    }
  }

  @Test
  void aClientThatClosesItsConnectionIsNoticedWhileItsRequestRuns() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    Listener listener =
        listen((request, _) -> {
          try (var _ = request.onClientGone(gone::countDown)) {
            running.countDown();
            await(gone, Duration.ofSeconds(20));
          }
        });
    try (Socket socket = connect(listener)) {
      write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      running.await();
    }
    assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whoShutsDownItsOwnDirectionCountsAsGoneAndIsAnsweredAllTheSame() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Listener listener =
        listen((request, response) -> {
          try (var _ = request.onClientGone(gone::countDown)) {
            await(gone, Duration.ofSeconds(20));
          }
          text(response, "still answered");
        });
    try (Socket socket = connect(listener)) {
      write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      socket.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 200")
          .endsWith("still answered");
    }
    assertThat(gone.getCount()).isZero();
  }

  @Test
  void aRequestThatComesWhileTheOneBeforeIsWatchedIsKept() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    List<String> paths = new ArrayList<>();
    Listener listener =
        listen((request, response) -> {
          paths.add(request.path());
          if (request.path().equals("/first")) {
            running.countDown();
            try (var _ = request.onClientGone(gone::countDown)) {
              await(gone, Duration.ofSeconds(20)); // the end stands behind the second request
            }
          }
          text(response, request.path());
        });
    try (Socket socket = connect(listener)) {
      write(socket, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
      running.await();
      write(socket, "GET /second HTTP/1.1\r\nHost: x\r\n\r\n");
      socket.shutdownOutput();
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .contains("/first")
          .endsWith("/second");
    }
    assertThat(paths).containsExactly("/first", "/second");
  }

  @Test
  void aWatchThatIsOverIsSilent() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Listener listener =
        listen((request, response) -> {
          request.onClientGone(gone::countDown).close();
          text(response, request.path());
        });
    for (String path : List.of("/a", "/b")) {
      assertThat(get(listener, path).body()).isEqualTo(path);
    }
    assertThat(gone.getCount()).isEqualTo(1);
  }

  @Test
  void whoWaitsForAClientToReadIsFreedWhenTheAnswerIsCutOff() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    CompletableFuture<Response> stuck = new CompletableFuture<>();
    Listener listener =
        listen((_, response) -> {
          try {
            byte[] chunk = new byte[1 << 20];
            for (int i = 0; i < 1000; i++) {
              response.body().write(chunk);
              stuck.complete(response);
            }
          } catch (IOException e) {
            failure.complete(e);
            throw e;
          }
        });
    try (Socket socket = connect(listener)) {
      write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      stuck.get(20, TimeUnit.SECONDS).cutOff();
      assertThat(failure.get(20, TimeUnit.SECONDS)).isInstanceOf(ClientGone.class);
    }
  }

  @Test
  void onlyALimitThatMayBeFreeTheNextTimeInvitesToTryAgain() {
    assertThat(Problems.status(new Exhausted(TestCode.BUSY, "All are at work.", "Wait.")))
        .isEqualTo(429);
    assertThat(Problems.status(new Exhausted(TestCode.TOO_BIG, "It is too big.", "Ask for less.")))
        .isEqualTo(422);
  }

  private enum TestCode implements ErrorCode {
    BUSY(Fault.SOFT),
    TOO_BIG(Fault.HARD);

    private final Fault fault;

    TestCode(Fault fault) {
      this.fault = fault;
    }

    @Override
    public Fault fault() {
      return fault;
    }

    @Override
    public String meaning() {
      return name();
    }
  }

  @Test
  void aSlowHandlerIsNotIdle() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Listener listener =
        listen(
            config(),
            (_, response) -> {
              await(never, Duration.ofMillis(1500));
              text(response, "late");
            });
    assertThat(get(listener, "/").body()).isEqualTo("late");
  }

  @Test
  void thousandsOfRequestsWaitAtTheSameTime() throws Exception {
    int many = 500;
    CountDownLatch all = new CountDownLatch(many);
    Listener listener =
        listen((_, response) -> {
          all.countDown();
          await(all, Duration.ofSeconds(30));
          text(response, all.getCount() + "");
        });
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      answers.add(
          client.sendAsync(
              HttpRequest.newBuilder(listener.address()).build(), BodyHandlers.ofString()));
    }
    for (var answer : answers) {
      assertThat(answer.get(40, TimeUnit.SECONDS).body()).isEqualTo("0");
    }
  }

  @Test
  void closingLetsARunningRequestEndAndAcceptsNoNewOne() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Listener listener =
        listen((_, response) -> {
          running.countDown();
          await(goOn, Duration.ofSeconds(20));
          text(response, "ended");
        });
    var answer =
        client.sendAsync(
            HttpRequest.newBuilder(listener.address()).build(), BodyHandlers.ofString());
    running.await();
    int port = listener.port();
    var closing = CompletableFuture.runAsync(listener::close);
    awaitRefused(port);
    goOn.countDown();

    assertThat(answer.get(10, TimeUnit.SECONDS).body()).isEqualTo("ended");
    closing.get(10, TimeUnit.SECONDS);
  }

  @Test
  void closingTakesAtMostFourSeconds() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Listener listener =
        listen((_, response) -> {
          running.countDown();
          await(never, Duration.ofSeconds(30));
        });
    var answer =
        client.sendAsync(
            HttpRequest.newBuilder(listener.address()).build(), BodyHandlers.ofString());
    running.await();
    long before = System.nanoTime();
    listener.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    assertThat(answer).failsWithin(Duration.ofSeconds(5));
    never.countDown();
  }

  @Test
  void closingDoesNotWaitForConnectionsWithoutARequest() throws Exception {
    Listener listener = listen((_, response) -> text(response, "ok"));
    try (Socket silent = connect(listener);
        Socket used = connect(listener)) {
      write(used, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(used.getInputStream().read()).isEqualTo('H');
      long before = System.nanoTime();
      listener.close();

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
      assertThat(silent.getInputStream().read()).isNegative();
    }
  }

  @Test
  void aPortInUseIsRefusedWithARemedy() {
    Listener listener = listen((_, _) -> {});
    assertThatThrownBy(() -> new Listener(ListenerConfig.local(listener.port()), (_, _) -> {}))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("127.0.0.1:" + listener.port())
        .satisfies(e -> assertThat(((Unavailable) e).remedy()).contains("port"));
  }

  private static ListenerConfig config() {
    return new ListenerConfig("127.0.0.1", 0, Duration.ofMillis(500), 65536, 16384, 100);
  }

  private Listener listen(Handler handler) {
    return listen(ListenerConfig.local(0), handler);
  }

  private Listener listen(ListenerConfig config, Handler handler) {
    Listener listener = new Listener(config, handler);
    open.add(listener);
    return listener;
  }

  private static void text(Response response, String text) throws IOException {
    response.header("Content-Type", "text/plain;charset=utf-8");
    response.body().write(text.getBytes(UTF_8));
  }

  private static void await(CountDownLatch latch, Duration most) {
    try {
      latch.await(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitRefused(int port) {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (System.nanoTime() < end) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
      } catch (IOException e) {
        return;
      }
    }
    throw new AssertionError("The port stays open.");
  }

  private HttpResponse<String> get(Listener listener, String path) throws Exception {
    return send(
        listener,
        HttpRequest.newBuilder(listener.address().resolve(path)).build(),
        BodyHandlers.ofString());
  }

  private static HttpRequest post(Listener listener, byte[] body) {
    return HttpRequest.newBuilder(listener.address())
        .POST(BodyPublishers.ofByteArray(body))
        .build();
  }

  private <T> HttpResponse<T> send(
      Listener listener, HttpRequest request, HttpResponse.BodyHandler<T> body) throws Exception {
    assertThat(listener.port()).isPositive();
    return client.send(request, body);
  }

  private static Socket connect(Listener listener) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  private static String readAll(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    var bytes = new java.io.ByteArrayOutputStream();
    try {
      in.transferTo(bytes);
    } catch (java.net.SocketException e) {
      // A reset ends the answer as well as a close does.
    }
    return bytes.toString(UTF_8);
  }

  private static String raw(Listener listener, String line, String... headers) throws IOException {
    try (Socket socket = connect(listener)) {
      StringBuilder request =
          new StringBuilder(line).append("\r\nHost: x\r\nConnection: close\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      write(socket, request.append("\r\n").toString());
      return readAll(socket);
    }
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}
