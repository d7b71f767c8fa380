import type { InfoAnswer } from '../photos/index/answers.js';
import type { StoredPhoto } from '../photos/index/store.js';
import { ApiError, readPhoto } from './api.js';
import { toEmptyWords } from './empty.js';
import { find } from './find.js';
import type { Grid, Position } from './grid.js';
import { isReadable } from './hint.js';
import { BLOCK } from './layout.js';
import type { Photo } from './listing.js';
import type { ShownKinds } from './kinds.js';
import { Listing } from './listing.js';
import { need } from './need.js';
import { Notice, toErrorWords } from './notice.js';
import type { Place } from './place.js';
import { toStatus } from './status.js';

export interface ResultsActions {
  readonly image: (key: string) => File | undefined;
  readonly info: () => InfoAnswer | undefined;
  /** Resolves once what is above the photos has its height, which decides where on the page they are. */
  readonly surrounded: () => Promise<void>;
  /** What was found is on the page. */
  readonly drawn: () => void;
  /** What of the store's kinds the grid is of. */
  readonly kinds: (place: Place) => ShownKinds;
  readonly pickPhotos: () => void;
  /** The same search without its filter. */
  readonly dropFilter: () => void;
  readonly showAll: () => void;
}

/** A photo that was asked for by its id. */
export interface Sought {
  readonly id: string;
  /** Absent as long as nothing is known of it, and when it is gone. */
  readonly photo?: Photo;
  /** Its place in the list; absent if it is not in this list. */
  readonly index?: number;
  readonly gone?: boolean;
}

/** What the place asked for: asks, and shows the photos, the line about them, or why there are none. */
export class Results {
  readonly #grid: Grid;
  readonly #actions: ResultsActions;
  readonly #notice = new Notice();
  readonly #status = need('#status', HTMLElement);
  #place: Place = { subject: { kind: 'none' } };
  #listing: Listing;
  /** The listing whose photos are on the page: an older one until the newer has its first answer. */
  #shown: Listing | undefined;
  #refreshing = false;
  #unanswered = false;
  /** Photos that are in no block that is known, as they were found by their id. */
  readonly #sought = new Map<string, StoredPhoto | 'asked' | 'gone'>();

  constructor(grid: Grid, actions: ResultsActions) {
    this.#grid = grid;
    this.#actions = actions;
    this.#listing = this.#list(this.#place);
  }

  /** The photo that "more like this" was asked about. */
  get like(): StoredPhoto | undefined {
    return this.#shown?.first?.like;
  }

  /** The photos on the page are not yet those of the place. */
  get asking(): boolean {
    return this.#shown !== this.#listing;
  }

  get total(): number {
    return this.#shown?.total ?? 0;
  }

  /** The service did not answer, or was too busy, when it was last asked. */
  get unanswered(): boolean {
    return this.#unanswered;
  }

  /** Starts on a new place, where the reader was last; what is still under way for another one is dropped. */
  show(place: Place, position?: Position): void {
    this.#listing.stop();
    this.#place = place;
    this.#sought.clear();
    this.#listing = this.#list(place);
    this.#notice.hide();
    this.#grid.wait();
    document.body.classList.add('asking');
    void this.#start(this.#listing, position);
  }

  /** Asks again for what is in sight, without any sign of it, unless that is under way already. */
  refresh(): void {
    if (!this.#refreshing) void this.#refresh();
  }

  /** Asks for blocks of the list that is on the page. */
  need(blocks: readonly number[]): void {
    if (this.#shown === this.#listing) for (const block of blocks) void this.#extend(this.#listing, block);
  }

  /** The photo at a place of the list, asked for if need be. */
  async photoAt(index: number): Promise<Photo | undefined> {
    const listing = this.#listing;
    await this.#extend(listing, Math.floor(index / BLOCK));
    return listing.at(index);
  }

  /** What is known of a photo by now; what is not is asked for, and `drawn` called again. */
  seek(id: string): Sought {
    const index = this.#shown?.indexOf(id);
    const photo = index === undefined ? undefined : this.#shown?.at(index);
    if (index !== undefined && photo !== undefined) return { id, photo, index };
    const known = this.#sought.get(id);
    if (known === undefined && this.#shown !== undefined) void this.#seek(this.#shown, id);
    if (known === 'gone') return { id, gone: true };
    return known === undefined || known === 'asked' ? { id } : { id, photo: known };
  }

  /** Puts what was found on the page once more: something around it has changed. */
  draw(position?: Position | 'top'): void {
    const first = this.#shown?.first;
    if (this.#shown === undefined || first === undefined) return;
    const info = this.#actions.info();
    const fitCount = this.#countFitting();
    this.#grid.draw(this.#shown, fitCount === 0 ? undefined : fitCount, position);
    this.#status.textContent = toStatus(first, this.#actions.kinds(this.#place).main, fitCount);
    need('#score-link', HTMLElement).hidden = first.tookMs === undefined || first.total === 0;
    if (first.total > 0 || info === undefined) this.#notice.hide();
    else this.#notice.show(toEmptyWords(this.#place, info, this.#remedies()));
    this.#actions.drawn();
  }

  /** How many photos fit the text, as far as that has been measured and seen. */
  #countFitting(): number | undefined {
    const { fitsFrom, model } = this.#actions.info() ?? {};
    const { subject } = this.#place;
    const level = fitsFrom?.[this.#actions.kinds(this.#place).main.kind];
    if (subject.kind !== 'text' || level === undefined) return undefined;
    if (!isReadable(subject.query, model?.languages)) return undefined;
    return this.#shown?.countFitting(level);
  }

  #remedies() {
    return { pick: this.#actions.pickPhotos, showAll: this.#actions.dropFilter };
  }

  #list(place: Place): Listing {
    const onBusy = () => (this.#status.textContent = 'The service is busy, trying again…');
    return new Listing(async (stretch, signal) => {
      // Which kinds there are is known once the service has said what it holds.
      await this.#actions.surrounded();
      const { main, several } = this.#actions.kinds(place);
      const kind = several ? main.kind : undefined;
      return find(place, { stretch, signal, kind, image: this.#actions.image, onBusy });
    });
  }

  async #start(listing: Listing, position: Position | undefined): Promise<void> {
    const { photo } = this.#place;
    const { index: start = 0 } = position ?? {};
    try {
      await listing.load(photo === undefined ? Math.floor(start / BLOCK) : { photo });
    } catch (error) {
      return this.#fail(listing, error);
    }
    if (listing.stopped) return;
    const index = photo === undefined ? undefined : listing.indexOf(photo);
    const away = index !== undefined && Math.floor(index / BLOCK) !== Math.floor(start / BLOCK);
    this.#present(listing, away ? { index, below: 0 } : (position ?? 'top'));
  }

  async #refresh(): Promise<void> {
    const before = this.#listing;
    const next = this.#list(this.#place);
    const wanted = this.#shown === before ? this.#grid.blocksInSight : [];
    this.#refreshing = true;
    try {
      await Promise.all((wanted.length === 0 ? [0] : wanted).map((block) => next.load(block)));
      if (before !== this.#listing) return;
      before.stop();
      this.#listing = next;
      this.#present(next, undefined);
    } catch (error) {
      if (before === this.#listing) this.#fail(before, error);
    } finally {
      this.#refreshing = false;
    }
  }

  #present(listing: Listing, position: Position | 'top' | undefined): void {
    this.#shown = listing;
    this.#unanswered = false;
    document.body.classList.remove('asking');
    this.draw(position);
  }

  async #extend(listing: Listing, block: number): Promise<void> {
    if (listing.block(block) !== undefined) return;
    try {
      await listing.load(block);
      if (listing === this.#listing) this.draw();
    } catch (error) {
      if (listing.stopped) return;
      this.#unanswered = isPassing(error);
      this.#status.textContent = toErrorWords(error, { retry: noop, clear: noop }).title;
    }
  }

  async #seek(listing: Listing, id: string): Promise<void> {
    this.#sought.set(id, 'asked');
    try {
      await listing.load({ photo: id });
      if (listing.indexOf(id) === undefined) {
        const { photo } = await readPhoto(id, AbortSignal.timeout(30_000));
        this.#sought.set(id, photo);
      }
    } catch (error) {
      const gone = error instanceof ApiError && error.code === 'not_found';
      if (gone) this.#sought.set(id, 'gone');
      else this.#sought.delete(id);
      this.#unanswered ||= !gone && isPassing(error);
      if (!gone) return;
    }
    if (listing === this.#listing) this.draw();
  }

  #fail(listing: Listing, error: unknown): void {
    if (listing.stopped) return;
    this.#unanswered = isPassing(error);
    this.#shown = undefined;
    document.body.classList.remove('asking');
    this.#grid.draw(undefined);
    this.#status.textContent = '';
    need('#score-link', HTMLElement).hidden = true;
    const retry = () => this.show(this.#place);
    this.#notice.show(toErrorWords(error, { retry, clear: this.#actions.showAll }));
    this.#actions.drawn();
  }
}

function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.passing;
}

const noop = () => undefined;
