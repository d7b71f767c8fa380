package handspring;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A result to come, with whom what it waits for is cancelled: a connection is closed, and the server drops what it has not begun. */
final class Running<T> extends CompletableFuture<T> {
  private volatile Future<?> awaited;

  void awaits(Future<?> other) {
    awaited = other;
    if (isCancelled()) other.cancel(true);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean isCancelled = super.cancel(mayInterruptIfRunning);
    Future<?> other = awaited;
    if (isCancelled && other != null) other.cancel(true);
    return isCancelled;
  }
}
