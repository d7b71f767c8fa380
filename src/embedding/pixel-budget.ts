/**
 * Pixels that may be decoded at one time. Unlike admission this waits, in order: the request is admitted already, and
 * a large photo only has to let others finish first. Bounds the memory of a burst of the largest allowed images.
 */
export class PixelBudget {
  private held = 0;
  private readonly queue: { pixels: number; start: () => void }[] = [];

  constructor(private readonly capacity: number) {}

  get inUse(): number {
    return this.held;
  }

  /** Runs `work` once its pixels fit; one image larger than the whole budget runs alone. */
  async run<T>(pixels: number, work: () => Promise<T>): Promise<T> {
    if (this.queue.length > 0 || !this.fits(pixels)) {
      await new Promise<void>((start) => this.queue.push({ pixels, start }));
    } else {
      this.held += pixels;
    }
    try {
      return await work();
    } finally {
      this.held -= pixels;
      this.startNext();
    }
  }

  private fits(pixels: number): boolean {
    return this.held === 0 || this.held + pixels <= this.capacity;
  }

  private startNext(): void {
    for (let next = this.queue[0]; next && this.fits(next.pixels); next = this.queue[0]) {
      this.queue.shift();
      this.held += next.pixels;
      next.start();
    }
  }
}
