package handspring;

import handspring.Portions.Portion;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A Handspring server. Keeps its connections: make one, and use it from as many threads as you like. There is nothing to close.
 *
 * <pre>{@code
 * HandspringClient model = HandspringClient.at("http://localhost:8080");
 * List<float[]> vectors = model.embed(Item.text("a cat"), Item.image(Path.of("samples/chelsea-the-cat.jpg")));
 * System.out.println(Vectors.similarity(vectors.get(0), vectors.get(1)));
 * }</pre>
 */
public final class HandspringClient {
  private final String url;
  private final String token;
  private final Duration timeout;
  private final Transport transport;

  private HandspringClient(Builder builder) {
    url = builder.url;
    token = builder.token;
    timeout = builder.timeout;
    transport = new Transport(builder.http, builder.attempts);
  }

  /**
   * A client with the defaults of its {@link Builder}.
   *
   * @param url the server's address, such as {@code http://localhost:8080}
   * @throws IllegalArgumentException if it is none
   */
  public static HandspringClient at(String url) {
    return builder(url).build();
  }

  /**
   * A client to be set up.
   *
   * <pre>{@code
   * HandspringClient model = HandspringClient.builder("http://localhost:8080")
   *     .token("secret")
   *     .timeout(Duration.ofSeconds(10))
   *     .build();
   * System.out.println(model.info().dimensions());
   * }</pre>
   *
   * @throws IllegalArgumentException if the address is none
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  /**
   * One vector of length 1 for each item, in order. Any number of items: they are sent in portions, one after the other.
   *
   * @throws HandspringException which names the item that is wrong; nothing is returned then
   */
  public List<float[]> embed(List<Item> items) {
    return await(embedAsync(items));
  }

  /** As {@link #embed(List)}. */
  public List<float[]> embed(Item... items) {
    return embed(List.of(items));
  }

  /** As {@link #embed(List)}, with fewer numbers than the model has, where it was trained to be cut. */
  public List<float[]> embed(List<Item> items, int dimensions) {
    return await(embedAsync(items, dimensions));
  }

  /**
   * As {@link #embed(List)}, without a thread that waits. Cancelling it closes its connection, and the server drops what it has not
   * begun.
   *
   * <pre>{@code
   * HandspringClient model = HandspringClient.at("http://localhost:8080");
   * CompletableFuture<List<float[]>> vectors = model.embedAsync(List.of(Item.text("a cat"), Item.text("a dog")));
   * vectors.thenAccept(both -> System.out.println(both.size())).join();
   * }</pre>
   */
  public CompletableFuture<List<float[]>> embedAsync(List<Item> items) {
    return run(new Portions(checked(items), 0));
  }

  /** As {@link #embed(List, int)}, without a thread that waits. */
  public CompletableFuture<List<float[]>> embedAsync(List<Item> items, int dimensions) {
    if (dimensions < 1) throw new IllegalArgumentException("dimensions: expected 1 or more, received " + dimensions);
    return run(new Portions(checked(items), dimensions));
  }

  /**
   * What the server serves.
   *
   * @throws HandspringException also while the model is being loaded
   */
  public ModelInfo info() {
    return await(infoAsync());
  }

  /** As {@link #info()}, without a thread that waits. */
  public CompletableFuture<ModelInfo> infoAsync() {
    return transport.send(request("/meta").build(), 0).thenApply(Answers::toInfo);
  }

  private Running<List<float[]>> run(Portions portions) {
    var result = new Running<List<float[]>>();
    transport.executor().execute(() -> next(portions, new ArrayList<>(), result));
    return result;
  }

  private void next(Portions portions, List<float[]> vectors, Running<List<float[]>> result) {
    if (result.isDone()) return;
    try {
      Portion portion = portions.next();
      if (portion == null) {
        result.complete(vectors);
        return;
      }
      HttpRequest request = request("/v1/embeddings")
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofByteArray(portion.body()))
          .build();
      var sent = transport.send(request, portion.first());
      result.awaits(sent);
      sent.thenAccept(response -> vectors.addAll(Answers.toVectors(response, portion.count())))
          .whenComplete((nothing, failure) -> {
            if (failure == null) next(portions, vectors, result);
            else result.completeExceptionally(failure.getCause());
          });
    } catch (Throwable error) { // or whoever waits would wait for ever
      result.completeExceptionally(error);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(timeout);
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private static List<Item> checked(List<Item> items) {
    for (int i = 0; i < items.size(); i++)
      if (items.get(i) == null) throw new IllegalArgumentException("items[" + i + "]: expected an Item, received null");
    return List.copyOf(items);
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.get();
    } catch (InterruptedException error) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw HandspringException.of("interrupted", "interrupted while waiting for the server", error);
    } catch (ExecutionException error) {
      // Whoever waits here looks for the place that called, not for the thread that heard the answer.
      if (error.getCause() instanceof HandspringException told) {
        told.fillInStackTrace();
        throw told;
      }
      if (error.getCause() instanceof RuntimeException other) throw other; // such as a stream's own
      throw new IllegalStateException(error.getCause());
    }
  }

  /** What a client is told. */
  public static final class Builder {
    private final String url;
    private String token;
    private Duration timeout = Duration.ofSeconds(60);
    private int attempts = 5;
    private HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();

    private Builder(String url) {
      this.url = url.replaceAll("/+$", "");
      String scheme = URI.create(this.url).getScheme();
      if (!"http".equals(scheme) && !"https".equals(scheme))
        throw new IllegalArgumentException("url: expected an address such as http://localhost:8080, received " + url);
    }

    /** Sent as a bearer token, where the server asks for one. */
    public Builder token(String token) {
      this.token = token;
      return this;
    }

    /** How long one request may take; 60 seconds unless told. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /**
     * How often a request is sent at most; 5 unless told. It is sent again where there was no connection, and after 408, 429, 502 and
     * 503, when {@code Retry-After} says so; not after 504.
     */
    public Builder attempts(int attempts) {
      if (attempts < 1) throw new IllegalArgumentException("attempts: expected 1 or more, received " + attempts);
      this.attempts = attempts;
      return this;
    }

    /** With certificates, a proxy or an executor of your own. */
    public Builder httpClient(HttpClient http) {
      this.http = http;
      return this;
    }

    public HandspringClient build() {
      return new HandspringClient(this);
    }
  }
}
