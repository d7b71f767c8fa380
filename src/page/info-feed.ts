import type { InfoAnswer } from '../photos/index/answers.js';
import { readInfo } from './api.js';

const POLL_WHILE_INDEXING_MS = 500;
const POLL_MS = 4000;

/** Asks the service again and again what it is and holds: often while it reads photos, and not while nobody looks. */
export class InfoFeed {
  readonly #onInfo: (info: InfoAnswer, before: InfoAnswer | undefined) => void;
  #latest: InfoAnswer | undefined;

  constructor(onInfo: (info: InfoAnswer, before: InfoAnswer | undefined) => void) {
    this.#onInfo = onInfo;
  }

  get latest(): InfoAnswer | undefined {
    return this.#latest;
  }

  async start(): Promise<void> {
    if (!document.hidden) await this.refresh();
    const pause = this.#latest?.progress.state === 'indexing' ? POLL_WHILE_INDEXING_MS : POLL_MS;
    setTimeout(() => void this.start(), pause);
  }

  /** Asks now. A service that does not answer is left to the search to report. */
  async refresh(): Promise<void> {
    const info = await readInfo().catch(() => undefined);
    if (info === undefined) return;
    const before = this.#latest;
    this.#latest = info;
    this.#onInfo(info, before);
  }
}
