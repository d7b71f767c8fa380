import type { Position } from './grid.js';
import type { Place } from './place.js';
import { closePhoto, parsePlace, toSearch } from './place.js';

interface Kept {
  /** How far down the list the reader was. */
  readonly position?: Position;
}

/** The tab's history as places: where the page is, going elsewhere, and hearing of the back button. */
export class PlaceHistory {
  readonly #onMove: (place: Place, before: Place) => void;
  readonly #whereNow: () => Position | undefined;
  #place = parsePlace(location.search);
  /** The photo was opened from this page, so going back closes it. */
  #photoOpened = false;

  constructor(onMove: (place: Place, before: Place) => void, whereNow: () => Position | undefined) {
    this.#onMove = onMove;
    this.#whereNow = whereNow;
    // The browser would go by a height that the page has only once its photos are known.
    history.scrollRestoration = 'manual';
    window.addEventListener('popstate', () => {
      this.#photoOpened = false;
      this.#move(parsePlace(location.search));
    });
  }

  get place(): Place {
    return this.#place;
  }

  /** Where in the list the reader was when this place was left, or loaded anew. */
  get position(): Position | undefined {
    return (history.state as Kept | null)?.position;
  }

  /** Keeps where in the list the reader is. */
  remember(): void {
    const position = this.#whereNow();
    history.replaceState({ ...(position && { position }) } satisfies Kept, '');
  }

  go(place: Place, how: 'push' | 'replace'): void {
    if (toSearch(place) === toSearch(this.#place)) return;
    const address = `${location.pathname}${toSearch(place)}`;
    if (how === 'push') {
      this.remember();
      history.pushState(null, '', address);
    } else history.replaceState(null, '', address);
    this.#move(place);
  }

  openPhoto(photo: string): void {
    this.#photoOpened = true;
    this.go({ ...this.#place, photo }, 'push');
  }

  closePhoto(): void {
    if (this.#photoOpened) history.back();
    else this.go(closePhoto(this.#place), 'replace');
    this.#photoOpened = false;
  }

  #move(place: Place): void {
    const before = this.#place;
    this.#place = place;
    this.#onMove(place, before);
  }
}
