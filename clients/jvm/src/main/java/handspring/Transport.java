package handspring;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** Sends a request as often as it takes. */
final class Transport {
  private final HttpClient http;
  private final int attempts;

  Transport(HttpClient http, int attempts) {
    this.http = http;
    this.attempts = attempts;
  }

  /** Where work of this client's own is done, so that no thread of a caller waits for a file. */
  Executor executor() {
    return http.executor().orElse(ForkJoinPool.commonPool());
  }

  /**
   * A successful answer.
   *
   * @param first the place of the request's first item among all, for the error
   */
  Running<HttpResponse<byte[]>> send(HttpRequest request, int first) {
    var result = new Running<HttpResponse<byte[]>>();
    attempt(1, request, first, result);
    return result;
  }

  private void attempt(int attempt, HttpRequest request, int first, Running<HttpResponse<byte[]>> result) {
    if (result.isDone()) return;
    CompletableFuture<HttpResponse<byte[]>> sent = http.sendAsync(request, BodyHandlers.ofByteArray());
    result.awaits(sent);
    sent.whenComplete((response, thrown) -> {
      Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
      if (failure instanceof CancellationException) return;
      if (failure == null && response.statusCode() / 100 == 2) {
        result.complete(response);
        return;
      }
      Optional<Duration> wait =
          failure == null ? Retries.waitAfter(attempt, response) : Retries.waitAfter(attempt, failure);
      if (wait.isPresent() && attempt < attempts) {
        var later = CompletableFuture.delayedExecutor(wait.get().toMillis(), TimeUnit.MILLISECONDS, executor());
        later.execute(() -> attempt(attempt + 1, request, first, result));
      } else if (failure == null) {
        result.completeExceptionally(Answers.toError(response, first));
      } else {
        String message = "no answer from " + request.uri() + ": " + failure;
        result.completeExceptionally(HandspringException.of("unreachable", message, failure));
      }
    });
  }
}
