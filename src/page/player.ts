import { toImageUrl } from './api.js';
import { need } from './need.js';

/** Plays sounds, one at a time: another one stops the one before. */
class Player {
  readonly #audio = new Audio();
  #id: string | undefined;

  constructor() {
    this.#audio.addEventListener('ended', () => this.stop());
    this.#audio.addEventListener('error', () => {
      // Taking the address away is an error of the element, too.
      if (this.#id === undefined) return;
      this.stop();
      this.#say('This sound cannot be played by this browser.');
    });
  }

  isPlaying(id: string): boolean {
    return id === this.#id;
  }

  /** Plays a sound from its beginning, or stops it if it is the one that plays. */
  toggle(id: string): void {
    const again = this.isPlaying(id);
    this.stop();
    if (again) return;
    this.#id = id;
    this.#say('');
    this.#audio.src = toImageUrl(id);
    // What goes wrong is told by the event.
    this.#audio.play().catch(() => undefined);
    this.#mark(id, true);
  }

  stop(): void {
    const id = this.#id;
    if (id === undefined) return;
    this.#id = undefined;
    this.#audio.pause();
    this.#audio.removeAttribute('src');
    this.#mark(id, false);
  }

  #mark(id: string, playing: boolean): void {
    for (const card of document.querySelectorAll(`.card[data-id="${CSS.escape(id)}"]`))
      showPlaying(card, playing);
  }

  #say(words: string): void {
    const line = need('#player-words', HTMLElement);
    line.textContent = words;
    line.hidden = words === '';
  }
}

/** Marks a card as the one whose sound plays, or not. */
export function showPlaying(card: Element, playing: boolean): void {
  card.classList.toggle('playing', playing);
  card.querySelector('.play')?.setAttribute('aria-pressed', String(playing));
}

export const player = new Player();
