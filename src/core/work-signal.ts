import { setMaxListeners } from 'node:events';

/**
 * A signal that is aborted when the deadline passes, when the caller goes, or by hand. `AbortSignal.any` with
 * `AbortSignal.timeout` says the same, but keeps its parts and a timer until the deadline, for every request.
 */
export class WorkSignal {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  #late = false;
  readonly #caller: AbortSignal | undefined;

  /** @param deadlineMs `Infinity` for none. */
  constructor(deadlineMs: number, caller?: AbortSignal) {
    this.#caller = caller;
    setMaxListeners(0, this.signal); // one for every item that waits
    if (deadlineMs !== Infinity) {
      this.#timer = setTimeout(() => {
        this.#late = true;
        this.abort(new Error('the deadline has passed'));
      }, deadlineMs);
    }
    if (caller?.aborted) this.#leave();
    else caller?.addEventListener('abort', this.#leave, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the deadline that came first. */
  get isLate(): boolean {
    return this.#late;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** To be called when the work is over, however it ended. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#leave);
  }

  readonly #leave = () => this.abort(this.#caller?.reason);
}
