import type { Hit, StoredPhoto } from '../photos/index/store.js';
import { toImageUrl } from './api.js';
import { need } from './need.js';

export interface ViewerActions {
  /** The arrows asked for another photo. */
  readonly move: (id: string) => void;
  readonly like: (id: string) => void;
  /** The reader closed it; `id` is the photo last seen. */
  readonly closed: (id: string) => void;
}

/** One photo, large, in a modal dialog: the arrow keys go through the photos of the grid, Escape closes. */
export class Viewer {
  readonly #dialog = need('#viewer', HTMLDialogElement);
  readonly #image = need('#viewer-image', HTMLImageElement);
  readonly #previous = need('#viewer-previous', HTMLButtonElement);
  readonly #next = need('#viewer-next', HTMLButtonElement);
  readonly #actions: ViewerActions;
  #photos: readonly (StoredPhoto | Hit)[] = [];
  #shown: string | undefined;

  constructor(actions: ViewerActions) {
    this.#actions = actions;
    this.#previous.addEventListener('click', () => this.#move(-1));
    this.#next.addEventListener('click', () => this.#move(1));
    need('#viewer-close', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    need('#viewer-like', HTMLButtonElement).addEventListener('click', () => {
      if (this.#shown !== undefined) actions.like(this.#shown);
    });
    this.#dialog.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowLeft') this.#move(-1);
      if (event.key === 'ArrowRight') this.#move(1);
    });
    this.#dialog.addEventListener('close', () => this.#onClose());
  }

  /** Shows the photo `id` of `photos`, or closes when there is none. */
  show(photos: readonly (StoredPhoto | Hit)[], id: string | undefined): void {
    const place = photos.findIndex((photo) => photo.id === id);
    const photo = photos[place];
    this.#photos = photos;
    if (photo === undefined) return this.hide();
    this.#previous.disabled = place === 0;
    this.#next.disabled = place === photos.length - 1;
    if (photo.id !== this.#shown) this.#image.src = toImageUrl(photo.id, 'large');
    this.#shown = photo.id;
    need('#viewer-name', HTMLElement).textContent = photo.name;
    need('#viewer-facts', HTMLElement).textContent = toFacts(photo);
    need('#viewer-original', HTMLAnchorElement).href = toImageUrl(photo.id);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** Closes without telling anyone: the address says so already. */
  hide(): void {
    this.#shown = undefined;
    if (this.#dialog.open) this.#dialog.close();
  }

  #move(step: 1 | -1): void {
    const place = this.#photos.findIndex((photo) => photo.id === this.#shown);
    const photo = this.#photos[place + step];
    if (photo !== undefined) this.#actions.move(photo.id);
  }

  #onClose(): void {
    this.#image.removeAttribute('src');
    const shown = this.#shown;
    this.#shown = undefined;
    if (shown !== undefined) this.#actions.closed(shown);
  }
}

function toFacts(photo: StoredPhoto | Hit): string {
  const facts = Object.entries(photo.properties).map(([property, value]) => `${property} ${value}`);
  if (photo.width !== undefined && photo.height !== undefined)
    facts.unshift(`${photo.width} × ${photo.height}`);
  if ('score' in photo) facts.unshift(`score ${photo.score.toFixed(3)}`);
  return facts.join(' · ');
}
