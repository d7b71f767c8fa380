package handspring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import handspring.Script.Answer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent, and what is done about answers that a healthy server does not give. */
class OnTheWireTest {
  private static HandspringException failure(HandspringClient model, Item... items) {
    return assertThrows(HandspringException.class, () -> model.embed(items));
  }

  @Test
  void aRequestAndItsAnswer() throws Exception {
    try (var script = new Script(Script.vectors(new float[] {0.5f, 1.5f}, new float[] {-2, 0}, new float[] {1}))) {
      HandspringClient model = HandspringClient.builder(script.url() + "/").token("secret").build();
      List<float[]> vectors = model.embed(
          List.of(Item.text("a \"cat\""), Item.image(new byte[] {-1, -40}), Item.audio(new byte[] {1})), 2);
      assertArrayEquals(new float[] {0.5f, 1.5f}, vectors.get(0));
      assertArrayEquals(new float[] {-2, 0}, vectors.get(1));
      var received = script.received.get(0);
      assertEquals("/v1/embeddings", received.path());
      assertEquals("Bearer secret", received.token());
      assertEquals(
          "{\"encoding_format\":\"base64\",\"dimensions\":2,"
              + "\"input\":[{\"text\":\"a \\\"cat\\\"\"},{\"image\":\"/9g=\"},{\"audio\":\"AQ==\"}]}",
          received.body());
    }
  }

  @Test
  void retryAfterIsObeyed() throws Exception {
    try (var script = new Script(
        Script.failure(429, "overloaded", Map.of("Retry-After", "1")), Script.vectors(new float[] {1}))) {
      long start = System.nanoTime();
      assertEquals(1, HandspringClient.at(script.url()).embed(Item.text("a")).get(0)[0]);
      assertTrue(System.nanoTime() - start >= 1_000_000_000L);
      assertEquals(2, script.received.size());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 413, 422, 500, 504})
  void whatWouldFailAgainIsNotSentAgain(int status) throws Exception {
    try (var script = new Script(Script.failure(status, "some_code", Map.of("X-Request-Id", "r7")))) {
      HandspringException error = failure(HandspringClient.at(script.url()), Item.text("a"));
      assertEquals("no", error.getMessage());
      assertEquals("some_code", error.code());
      assertEquals(status, error.status());
      assertEquals(Optional.of("r7"), error.requestId());
      assertTrue(error.index().isEmpty() && error.retryAfter().isEmpty());
      assertEquals(1, script.received.size());
    }
  }

  @Test
  void itGivesUpAfterItsAttempts() throws Exception {
    try (var script = new Script(Script.failure(503, "not_ready", Map.of("Retry-After", "0")))) {
      HandspringException error = failure(HandspringClient.builder(script.url()).attempts(3).build(), Item.text("a"));
      assertEquals("not_ready", error.code());
      assertEquals(Optional.of(Duration.ZERO), error.retryAfter());
      assertEquals(3, script.received.size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<h1>nginx</h1>", "{}", "[]", "{\"error\":null}", ""})
  void anAnswerOfSomethingElse(String body) throws Exception {
    try (var script = new Script(new Answer(404, Map.of(), body))) {
      HandspringException error = failure(HandspringClient.at(script.url()), Item.text("a"));
      assertEquals("bad_answer", error.code());
      assertTrue(error.getMessage().endsWith("as no Handspring server does: " + body), error.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<h1>hello</h1>", "{\"data\":[]}", "{\"data\":[{\"index\":9,\"embedding\":\"\"}]}", "{}", "7"})
  void aSuccessThatIsNone(String body) throws Exception {
    try (var script = new Script(new Answer(200, Map.of(), body))) {
      HandspringClient model = HandspringClient.at(script.url());
      assertEquals("bad_answer", failure(model, Item.text("a")).code());
      assertEquals("bad_answer", assertThrows(HandspringException.class, model::info).code());
    }
  }

  @Test
  void noServer() {
    HandspringClient model = HandspringClient.builder("http://127.0.0.1:9").attempts(2).build();
    HandspringException error = failure(model, Item.text("a"));
    assertEquals("unreachable", error.code());
    assertEquals(0, error.status());
    assertTrue(error.getMessage().startsWith("no answer from http://127.0.0.1:9"), error.getMessage());
    assertNotNull(error.getCause());
  }

  @Test
  void whatTakesTooLongIsNotSentAgain() throws Exception {
    try (var script = new Script(Script.vectors(new float[] {1}))) {
      script.held = new CountDownLatch(1);
      HandspringClient model = HandspringClient.builder(script.url()).timeout(Duration.ofMillis(100)).build();
      HandspringException error = failure(model, Item.text("a"));
      assertInstanceOf(HttpTimeoutException.class, error.getCause());
      assertEquals(1, script.received.size());
    }
  }

  @Test
  void aCancelledCallSendsNothingMore() throws Exception {
    try (var script = new Script(Script.failure(503, "not_ready", Map.of("Retry-After", "1")))) {
      CompletableFuture<List<float[]>> vectors =
          HandspringClient.at(script.url()).embedAsync(List.of(Item.text("a")));
      while (script.received.isEmpty()) Thread.sleep(5);
      assertTrue(vectors.cancel(true));
      Thread.sleep(1500);
      assertEquals(1, script.received.size());
    }
  }

  @Test
  void anInterruptedThreadIsToldSo() throws Exception {
    try (var script = new Script(Script.vectors(new float[] {1}))) {
      script.held = new CountDownLatch(1);
      HandspringClient model = HandspringClient.at(script.url());
      var caught = new CompletableFuture<String>();
      var thread = new Thread(() -> caught.complete(
          failure(model, Item.text("a")).code() + Thread.currentThread().isInterrupted()));
      thread.start();
      while (script.received.isEmpty()) Thread.sleep(5);
      thread.interrupt();
      assertEquals("interruptedtrue", caught.get());
    }
  }

  @Test
  void aFileThatIsNotThere() {
    HandspringException error = failure(
        HandspringClient.at("http://127.0.0.1:9"), Item.text("a"), Item.image(Path.of("no-such-file.jpg")));
    assertEquals("unreadable", error.code());
    assertEquals(1, error.index().getAsInt());
    assertTrue(error.getMessage().contains("items[1]") && error.getMessage().contains("no-such-file.jpg"));
    assertInstanceOf(IOException.class, error.getCause());
  }

  @Test
  void largeFilesGoInRequestsOfTheirOwn() throws Exception {
    try (var script = new Script(Script.vectors(new float[] {1}))) {
      List<Item> items = Collections.nCopies(3, Item.image(new byte[5 << 20]));
      assertEquals(3, HandspringClient.at(script.url()).embed(items).size());
      assertEquals(3, script.received.size());
    }
  }

  @Test
  void whatIsNoCall() {
    HandspringClient model = HandspringClient.at("http://127.0.0.1:9");
    assertThrows(IllegalArgumentException.class, () -> model.embed(Collections.singletonList(null)));
    assertThrows(IllegalArgumentException.class, () -> model.embed(List.of(), 0));
    assertThrows(IllegalArgumentException.class, () -> HandspringClient.at("localhost:8080"));
    assertThrows(IllegalArgumentException.class, () -> HandspringClient.builder("http://a").attempts(0));
    assertThrows(IllegalArgumentException.class, () -> Vectors.similarity(new float[1], new float[2]));
    assertEquals(List.of(), model.embed(), "no items are no request");
  }
}
