/**
 * What `work` makes of each request, in their order: so many under way at once, each answer given as soon as those before it
 * are, however long the next request takes to come. No further request is taken while as many wait to be taken from here.
 * @param signal Ends it after the answer that is being waited for, though another request may never come.
 */
export async function* inOrder<T, R>(
  requests: AsyncIterable<T>,
  limit: number,
  work: (request: T) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  const taken = new Bell();
  const came = new Bell();
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  const read = async () => {
    try {
      for await (const request of requests) {
        const outcome = work(request);
        outcome.catch(() => undefined); // it is met when its turn comes
        underWay.push(outcome);
        came.ring();
        while (underWay.length >= limit && !isOver) await taken.next();
        if (isOver) return;
      }
    } catch (error) {
      failure = { error };
    } finally {
      isOver = true;
      came.ring();
    }
  };
  void read();
  const stop = () => {
    isOver = true;
    came.ring();
  };
  signal?.addEventListener('abort', stop);
  try {
    while (!signal?.aborted) {
      const next = underWay[0];
      if (next) {
        const outcome = await next;
        void underWay.shift();
        taken.ring();
        yield outcome;
      } else if (isOver) break;
      else await came.next();
    }
    if (failure) throw failure.error;
  } finally {
    isOver = true;
    taken.ring();
    signal?.removeEventListener('abort', stop);
  }
}

/** Wakes who waits for it. */
class Bell {
  #wake: (() => void) | undefined;

  ring(): void {
    this.#wake?.();
  }

  next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
