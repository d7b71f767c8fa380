import type { Place } from './place.js';
import { closePhoto, parsePlace, toSearch } from './place.js';

/** The tab's history as places: where the page is, going elsewhere, and hearing of the back button. */
export class PlaceHistory {
  readonly #onMove: (place: Place, before: Place) => void;
  #place = parsePlace(location.search);
  /** The photo was opened from this page, so going back closes it. */
  #photoOpened = false;

  constructor(onMove: (place: Place, before: Place) => void) {
    this.#onMove = onMove;
    window.addEventListener('popstate', () => {
      this.#photoOpened = false;
      this.#move(parsePlace(location.search));
    });
  }

  get place(): Place {
    return this.#place;
  }

  go(place: Place, how: 'push' | 'replace'): void {
    if (toSearch(place) === toSearch(this.#place)) return;
    const address = `${location.pathname}${toSearch(place)}`;
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
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
