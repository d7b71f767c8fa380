/** What may be under way at once. */
export interface Room {
  readonly requests: number;
  /** Together; a request that is larger by itself is alone. */
  readonly bytes: number;
}

/**
 * What `work` makes of each request, in their order: as many under way at once as there is room for, each answer given as soon as those
 * before it are, however long the next request takes to come. No further request is taken while there is no room.
 * @param signal Ends it after the answer that is being waited for, though another request may never come.
 */
export async function* inOrder<T extends { readonly bytes: number }, R>(
  requests: AsyncIterable<T>,
  room: Room,
  work: (request: T) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<R> {
  const underWay: { readonly outcome: Promise<R>; readonly bytes: number }[] = [];
  let bytes = 0;
  const taken = new Bell();
  const came = new Bell();
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  const read = async () => {
    try {
      for await (const request of requests) {
        while (underWay.length > 0 && bytes + request.bytes > room.bytes && !isOver) await taken.next();
        if (isOver) return;
        const outcome = work(request);
        outcome.catch(() => undefined); // it is met when its turn comes
        underWay.push({ outcome, bytes: request.bytes });
        bytes += request.bytes;
        came.ring();
        while (underWay.length >= room.requests && !isOver) await taken.next();
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
        const outcome = await next.outcome;
        bytes -= next.bytes;
        underWay.shift();
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
