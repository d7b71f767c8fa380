/** What one image waits with. */
interface Waiting {
  readonly pixels: number;
  start(): void;
}

/** After so many queries in a row that passed waiting bulk, the oldest of the bulk is next. */
const MAX_OVERTAKES = 8;

/**
 * Images that may be decoded at one time, by number and by pixels. Unlike admission this waits, queries first and
 * otherwise in order: the request is admitted already, and a large photo only has to let others finish first. Bounds
 * the memory of a burst of the largest allowed images.
 */
export class PixelBudget {
  private held = 0;
  private running = 0;
  private overtakes = 0;
  private readonly urgent: Waiting[] = [];
  private readonly bulk: Waiting[] = [];

  /**
   * @param capacity Pixels in all.
   * @param slots Images at once: more than there are threads would only wait where no query can pass them.
   * @param onChange Hears of the pixels held whenever they change.
   */
  constructor(
    private readonly capacity: number,
    private readonly slots = Infinity,
    private readonly onChange: (held: number) => void = () => undefined,
  ) {}

  get inUse(): number {
    return this.held;
  }

  /** Runs `work` once its pixels fit and a slot is free; one image larger than the whole budget runs alone. */
  async run<T>(pixels: number, work: () => Promise<T>, urgent = false): Promise<T> {
    await new Promise<void>((start) => {
      (urgent ? this.urgent : this.bulk).push({ pixels, start });
      this.startNext();
    });
    try {
      return await work();
    } finally {
      this.held -= pixels;
      this.running--;
      this.onChange(this.held);
      this.startNext();
    }
  }

  private fits(pixels: number): boolean {
    return this.held === 0 || (this.running < this.slots && this.held + pixels <= this.capacity);
  }

  private startNext(): void {
    for (let queue = this.nextQueue(); ; queue = this.nextQueue()) {
      const [next] = queue;
      if (!next || !this.fits(next.pixels)) return;
      queue.shift();
      this.overtakes = queue === this.urgent && this.bulk.length > 0 ? this.overtakes + 1 : 0;
      this.held += next.pixels;
      this.running++;
      this.onChange(this.held);
      next.start();
    }
  }

  private nextQueue(): Waiting[] {
    const bulkIsDue = this.bulk.length > 0 && this.overtakes >= MAX_OVERTAKES;
    return this.urgent.length > 0 && !bulkIsDue ? this.urgent : this.bulk;
  }
}
