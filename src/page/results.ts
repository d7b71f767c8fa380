import type { InfoAnswer } from '../photos/index/answers.js';
import { ApiError } from './api.js';
import { toEmptyWords } from './empty.js';
import type { Found } from './find.js';
import { find } from './find.js';
import type { Grid } from './grid.js';
import { Latest } from './latest.js';
import { need } from './need.js';
import { Notice, toErrorWords } from './notice.js';
import type { Place } from './place.js';
import { toStatus } from './status.js';

const PAGE_OF_PHOTOS = 24;

export interface ResultsActions {
  readonly image: (key: string) => File | undefined;
  readonly info: () => InfoAnswer | undefined;
  /** What was found is on the page. */
  readonly drawn: () => void;
  readonly pickPhotos: () => void;
  /** The same search without its filter. */
  readonly dropFilter: () => void;
  readonly showAll: () => void;
}

/** What the place asked for: asks, and shows the photos, the line about them, or why there are none. */
export class Results {
  readonly #grid: Grid;
  readonly #actions: ResultsActions;
  readonly #latest = new Latest();
  readonly #notice = new Notice();
  readonly #status = need('#status', HTMLElement);
  readonly #more = need('#more', HTMLButtonElement);
  #place: Place = { subject: { kind: 'none' } };
  #limit = PAGE_OF_PHOTOS;
  #found: Found | undefined;
  #asking = false;
  #unanswered = false;

  constructor(grid: Grid, actions: ResultsActions) {
    this.#grid = grid;
    this.#actions = actions;
    this.#more.addEventListener('click', () => void this.#showMore());
  }

  get found(): Found | undefined {
    return this.#found;
  }

  /** Starts on a new place; what is still under way for another one is dropped. */
  show(place: Place): void {
    this.#place = place;
    this.#found = undefined;
    this.#limit = PAGE_OF_PHOTOS;
    this.#notice.hide();
    this.#grid.wait();
    void this.#ask();
  }

  /** Asks again for the same place without any sign of it, unless an answer is on its way already. */
  refresh(): void {
    if (!this.#asking) void this.#ask();
  }

  /** The service did not answer, or was too busy, when it was last asked. */
  get unanswered(): boolean {
    return this.#unanswered;
  }

  /** Puts what was found on the page once more: something around it has changed. */
  draw(): void {
    if (this.#found === undefined) return;
    const { photos } = this.#found;
    const info = this.#actions.info();
    const total = toTotal(this.#place, info);
    this.#grid.show(photos);
    this.#status.textContent = toStatus(this.#found, total);
    need('#score-link', HTMLElement).hidden = this.#found.tookMs === undefined || photos.length === 0;
    const most = Math.min(480, total ?? Number.POSITIVE_INFINITY);
    this.#more.hidden = photos.length < this.#limit || this.#limit >= most;
    if (photos.length > 0 || info === undefined) this.#notice.hide();
    else
      this.#notice.show(
        toEmptyWords(this.#place, info, {
          pick: this.#actions.pickPhotos,
          showAll: this.#actions.dropFilter,
        }),
      );
    this.#actions.drawn();
  }

  async #ask(): Promise<void> {
    const place = this.#place;
    this.#asking = true;
    try {
      const onBusy = () => (this.#status.textContent = 'The service is busy, trying again…');
      const found = await this.#latest.run((signal) =>
        find(place, { limit: this.#limit, signal, image: this.#actions.image, onBusy }),
      );
      if (found === undefined) return;
      this.#found = found;
      this.#unanswered = false;
      this.draw();
    } catch (error) {
      this.#fail(error);
    }
    this.#asking = false;
  }

  #fail(error: unknown): void {
    this.#unanswered = !(error instanceof ApiError) || error.passing;
    this.#found = undefined;
    this.#grid.show([]);
    this.#more.hidden = true;
    this.#status.textContent = '';
    need('#score-link', HTMLElement).hidden = true;
    const retry = () => this.show(this.#place);
    this.#notice.show(toErrorWords(error, { retry, clear: this.#actions.showAll }));
  }

  async #showMore(): Promise<void> {
    const before = this.#found?.photos.length ?? 0;
    this.#limit += PAGE_OF_PHOTOS;
    await this.#ask();
    this.#grid.focus(this.#found?.photos[before]?.id);
  }
}

/** How many photos the place can show at most, as far as is known. */
function toTotal({ filter }: Place, info: InfoAnswer | undefined): number | undefined {
  if (filter === undefined) return info?.store.count;
  const property = info?.store.filters.find((one) => one.property === filter.property);
  return property?.values.find((one) => one.value === filter.value)?.count;
}
