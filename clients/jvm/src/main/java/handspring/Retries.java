package handspring;

import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Whether and when a request is sent again. */
final class Retries {
  /** Not 504: the server gave up on that work for want of time, and the same again would double its load. */
  private static final Set<Integer> TRY_AGAIN = Set.of(408, 429, 502, 503);

  private static final long LONGEST_WAIT_MS = 30_000;

  private Retries() {}

  /**
   * How long to wait after an answer, or empty where the same again would not help. What the server says in {@code Retry-After} is
   * obeyed; else half a second, doubled each time, less a random part.
   *
   * @param attempt how many were made already, 1 or more
   */
  static Optional<Duration> waitAfter(int attempt, HttpResponse<?> response) {
    if (!TRY_AGAIN.contains(response.statusCode())) return Optional.empty();
    return told(response).or(() -> Optional.of(usual(attempt)));
  }

  /** As {@link #waitAfter(int, HttpResponse)}, where no answer came. After a time-out the server may still be at work on it. */
  static Optional<Duration> waitAfter(int attempt, Throwable failure) {
    boolean isLate = failure instanceof HttpTimeoutException && !(failure instanceof HttpConnectTimeoutException);
    return failure instanceof IOException && !isLate ? Optional.of(usual(attempt)) : Optional.empty();
  }

  /** What {@code Retry-After} says in seconds, if it does. */
  static Optional<Duration> told(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("retry-after")
        .filter(seconds -> seconds.matches("\\d{1,9}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
  }

  private static Duration usual(int attempt) {
    double most = Math.min(500 * Math.pow(2, attempt - 1), LONGEST_WAIT_MS);
    return Duration.ofMillis((long) (most * ThreadLocalRandom.current().nextDouble(0.5, 1)));
  }
}
