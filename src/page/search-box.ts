import { toQuery } from './hint.js';
import { need } from './need.js';

/** Short enough to feel immediate, long enough that a fast typist asks for words and not for letters. */
const PAUSE_MS = 120;

export interface SearchBoxActions {
  /** The text after a pause in typing. `more` is true when it goes on from the text before it. */
  readonly typed: (text: string, more: boolean) => void;
  readonly image: (file: File) => void;
  readonly down: () => void;
}

/** The box one types into, and the button that picks an image instead. */
export class SearchBox {
  readonly #input = need('#query', HTMLInputElement);
  readonly #actions: SearchBoxActions;
  #pause: number | undefined;
  /** One run of typing is one step in the history, ended by Enter or by leaving the box. */
  #typing = false;

  constructor(actions: SearchBoxActions) {
    this.#actions = actions;
    this.#input.addEventListener('input', () => {
      clearTimeout(this.#pause);
      this.#pause = window.setTimeout(() => this.#tell(), PAUSE_MS);
    });
    this.#input.addEventListener('change', () => {
      this.#tell();
      this.#typing = false;
    });
    this.#input.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowDown') return;
      event.preventDefault();
      actions.down();
    });
    need('#search', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
    document.addEventListener('keydown', (event) => this.#onSlash(event));
    this.#pickImages();
  }

  /** Shows the text of the present search; what is being typed is left alone. */
  show(text: string): void {
    if (this.#pause !== undefined || toQuery(this.#input.value) === text.trim()) return;
    this.#input.value = text;
    this.#typing = false;
  }

  /** What is in the box, which may be more than can be searched for. */
  get typed(): string {
    return this.#input.value;
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** Drops what was typed and not yet told: something else is searched for. */
  leave(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#typing = false;
  }

  #tell(): void {
    if (this.#pause === undefined) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    const more = this.#typing;
    this.#typing = true;
    this.#actions.typed(toQuery(this.#input.value), more);
  }

  #onSlash(event: KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest('input, select, textarea, dialog')) return;
    event.preventDefault();
    this.focus();
  }

  #pickImages(): void {
    const picker = need('#image-file', HTMLInputElement);
    need('#pick-image', HTMLButtonElement).addEventListener('click', () => picker.click());
    picker.addEventListener('change', () => {
      const [file] = picker.files ?? [];
      if (file !== undefined) this.#actions.image(file);
      picker.value = '';
    });
  }
}
