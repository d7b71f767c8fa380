/** The pace is that of the last half minute: an import that begins with many unchanged files slows down after them. */
const WINDOW_MS = 30_000;
const SAMPLES = 60;

/** How fast a count grows, over the last half minute. */
export class Pace {
  readonly #samples: { readonly at: number; readonly count: number }[] = [];
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#samples.push({ at: now(), count: 0 });
  }

  note(count: number): void {
    const at = this.#now();
    const last = this.#samples.at(-1);
    if (last && at - last.at < WINDOW_MS / SAMPLES) return;
    this.#samples.push({ at, count });
    while (this.#samples.length > 2 && at - (this.#samples[0]?.at ?? at) > WINDOW_MS) this.#samples.shift();
  }

  /** Per second; 0 before there is anything to tell it from. */
  perSecond(count: number): number {
    const first = this.#samples[0];
    const ms = first ? this.#now() - first.at : 0;
    return first && ms > 0 ? ((count - first.count) * 1000) / ms : 0;
  }
}

/** `1 h 05 min`, `12 min`, `40 s`. */
export function toDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
