package handspring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A stand-in for what a real server says only under load: its answers one after the other, the last again and again. */
final class Script implements AutoCloseable {
  record Answer(int status, Map<String, String> headers, String body) {}

  record Received(String path, String token, String body) {}

  final List<Received> received = new CopyOnWriteArrayList<>();
  /** While it is not 0 no answer is given. */
  CountDownLatch held = new CountDownLatch(0);

  private final Deque<Answer> answers = new ArrayDeque<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  Script(Answer... answers) throws IOException {
    this.answers.addAll(List.of(answers));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    received.add(new Received(exchange.getRequestURI().getPath(), token, body));
    try {
      held.await();
    } catch (InterruptedException error) {
      throw new IOException(error);
    }
    Answer answer = answers.size() > 1 ? answers.poll() : answers.peek();
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    held.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  /** Vectors, in the order that clients must not go by. */
  static Answer vectors(float[]... vectors) {
    var rows = new ArrayDeque<String>();
    for (int i = 0; i < vectors.length; i++) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * vectors[i].length).order(ByteOrder.LITTLE_ENDIAN);
      for (float number : vectors[i]) bytes.putFloat(number);
      String encoded = Base64.getEncoder().encodeToString(bytes.array());
      rows.addFirst("{\"index\":%d,\"embedding\":\"%s\",\"new\":[{}]}".formatted(i, encoded));
    }
    return new Answer(200, Map.of(), "{\"object\":\"list\",\"data\":[" + String.join(",", rows) + "]}");
  }

  static Answer failure(int status, String code, Map<String, String> headers) {
    return new Answer(status, headers, "{\"error\":{\"message\":\"no\",\"param\":null,\"code\":\"" + code + "\"}}");
  }
}
