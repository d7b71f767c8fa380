import { toImageUrl } from './api.js';
import { looksOf, toDuration } from './pictures.js';
import { player } from './player.js';
import type { Photo } from './listing.js';
import { need } from './need.js';
import type { Sought } from './results.js';

export interface ViewerActions {
  /** The arrows asked for the photo at another place of the list. */
  readonly move: (index: number) => void;
  readonly like: (id: string) => void;
  /** The reader closed it; `id` is the photo last seen. */
  readonly closed: (id: string) => void;
}

/** One photo, large, in a modal dialog: the arrow keys go through the photos of the list, Escape closes. */
export class Viewer {
  readonly #dialog = need('#viewer', HTMLDialogElement);
  readonly #image = need('#viewer-image', HTMLImageElement);
  readonly #sound = need('#viewer-sound', HTMLElement);
  readonly #audio = need('#viewer-audio', HTMLAudioElement);
  readonly #film = need('#viewer-video', HTMLVideoElement);
  readonly #words = need('#viewer-words', HTMLElement);
  readonly #previous = need('#viewer-previous', HTMLButtonElement);
  readonly #next = need('#viewer-next', HTMLButtonElement);
  readonly #actions: ViewerActions;
  #index: number | undefined;
  #total = 0;
  #shown: string | undefined;
  /** Whose bytes have been asked for. */
  #drawn: string | undefined;

  constructor(actions: ViewerActions) {
    this.#actions = actions;
    this.#previous.addEventListener('click', () => this.#move(-1));
    this.#next.addEventListener('click', () => this.#move(1));
    need('#viewer-close', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    need('#viewer-like', HTMLButtonElement).addEventListener('click', () => this.#like());
    this.#image.addEventListener('error', () => this.#say('This photo cannot be shown.'));
    for (const [player, one] of [
      [this.#audio, 'sound'],
      [this.#film, 'video'],
    ] as const)
      player.addEventListener('error', () => {
        if (player.hasAttribute('src')) this.#say(`This ${one} cannot be played by this browser.`);
      });
    this.#dialog.addEventListener('keydown', (event) => {
      // In a player, the arrows move within what it plays.
      if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLMediaElement) return;
      if (event.key === 'ArrowLeft') this.#move(-1);
      if (event.key === 'ArrowRight') this.#move(1);
      if (event.key === 'm' || event.key === 'M') this.#like();
    });
    this.#dialog.addEventListener('close', () => this.#onClose());
  }

  /** Shows a photo of a list of `total`, or what is known of it. */
  show({ id, photo, index, gone = false }: Sought, total: number): void {
    this.#index = index;
    this.#total = total;
    // A button that is switched off lets go of the keyboard, which the arrow keys need.
    this.#previous.ariaDisabled = String(index === undefined || index === 0);
    this.#next.ariaDisabled = String(index === undefined || index === total - 1);
    need('#viewer-like', HTMLElement).hidden = gone;
    need('#viewer-original', HTMLElement).hidden = gone;
    need('#viewer-original', HTMLAnchorElement).href = toImageUrl(id);
    need('#viewer-name', HTMLElement).textContent = photo?.name ?? '';
    need('#viewer-facts', HTMLElement).textContent = photo === undefined ? '' : toFacts(photo);
    if (gone) this.#say('This photo is not here any more. It may have been moved or deleted.');
    // What it is, is known with the photo.
    else if (id !== this.#shown || (photo !== undefined && this.#drawn !== id)) this.#draw(id, photo);
    this.#shown = id;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** Closes without telling anyone: the address says so already. */
  hide(): void {
    this.#shown = undefined;
    if (this.#dialog.open) this.#dialog.close();
  }

  #draw(id: string, photo: Photo | undefined): void {
    player.stop();
    this.#letGo();
    this.#words.hidden = true;
    if (photo === undefined) return;
    this.#drawn = id;
    const { opensAs, draw } = looksOf(photo);
    this.#image.hidden = opensAs !== 'image';
    this.#sound.hidden = opensAs !== 'audio';
    this.#film.hidden = opensAs !== 'video';
    if (opensAs === 'image') return void (this.#image.src = toImageUrl(id, 'large'));
    if (opensAs === 'audio') draw(need('#viewer-outline', HTMLElement), photo);
    else this.#film.poster = toImageUrl(id, 'large');
    (opensAs === 'audio' ? this.#audio : this.#film).src = toImageUrl(id);
  }

  /** Ends what is loaded and what plays. */
  #letGo(): void {
    this.#drawn = undefined;
    this.#image.removeAttribute('src');
    this.#film.removeAttribute('poster');
    for (const player of [this.#audio, this.#film]) {
      player.removeAttribute('src');
      player.load();
    }
  }

  #say(words: string): void {
    this.#words.textContent = words;
    this.#words.hidden = false;
    this.#image.hidden = true;
    this.#sound.hidden = true;
    this.#film.hidden = true;
  }

  #move(step: 1 | -1): void {
    const target = this.#index === undefined ? -1 : this.#index + step;
    if (target >= 0 && target < this.#total) this.#actions.move(target);
  }

  #like(): void {
    if (this.#shown !== undefined) this.#actions.like(this.#shown);
  }

  #onClose(): void {
    this.#letGo();
    const shown = this.#shown;
    this.#shown = undefined;
    if (shown !== undefined) this.#actions.closed(shown);
  }
}

function toFacts(photo: Photo): string {
  const facts = Object.entries(photo.properties).map(([property, value]) => `${property} ${value}`);
  if (photo.width !== undefined && photo.height !== undefined)
    facts.unshift(`${photo.width} × ${photo.height}`);
  if (photo.seconds !== undefined) facts.unshift(toDuration(photo.seconds));
  if ('score' in photo) facts.unshift(`score ${photo.score.toFixed(3)}`);
  return facts.join(' · ');
}
