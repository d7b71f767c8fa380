import { need } from './need.js';

export interface DropActions {
  readonly search: (image: File) => void;
  readonly add: (files: readonly File[]) => void;
  readonly mayAdd: () => boolean;
}

/**
 * Files dragged over the window bring up two targets that fill it: search by the file, or add it to the folder. A pasted one
 * is searched by.
 */
export class DropSheet {
  readonly #sheet = need('#drop', HTMLElement);
  readonly #search = need('#drop-search', HTMLElement);
  readonly #add = need('#drop-add', HTMLElement);
  readonly #actions: DropActions;

  constructor(actions: DropActions) {
    this.#actions = actions;
    window.addEventListener('dragenter', (event) => this.#onDrag(event));
    window.addEventListener('dragover', (event) => this.#onDrag(event));
    window.addEventListener('dragleave', (event) => {
      if (event.relatedTarget === null) this.#close();
    });
    window.addEventListener('drop', (event) => this.#onDrop(event));
    window.addEventListener('paste', (event) => this.#onPaste(event));
  }

  #onDrag(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    const count = event.dataTransfer.items.length;
    this.#add.hidden = !this.#actions.mayAdd();
    this.#search.classList.toggle('closed', count > 1);
    need('#drop-search-note', HTMLElement).textContent =
      count > 1 ? 'One file at a time.' : 'Finds what is like it. Nothing is saved.';
    this.#sheet.hidden = false;
    for (const zone of [this.#search, this.#add]) zone.classList.toggle('over', zone === event.target);
    event.dataTransfer.dropEffect = this.#accepts(event.target, count) ? 'copy' : 'none';
  }

  #onDrop(event: DragEvent): void {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    this.#close();
    const files = [...event.dataTransfer.files];
    const [first] = files;
    if (first === undefined || !this.#accepts(event.target, files.length)) return;
    if (event.target === this.#add) this.#actions.add(files);
    else this.#actions.search(first);
  }

  #accepts(target: EventTarget | null, count: number): boolean {
    return target === this.#add || (target === this.#search && count <= 1);
  }

  #onPaste(event: ClipboardEvent): void {
    const image = [...(event.clipboardData?.files ?? [])].find(({ type }) => /^(?:image|audio)\//.test(type));
    if (image === undefined) return;
    event.preventDefault();
    this.#actions.search(image);
  }

  #close(): void {
    this.#sheet.hidden = true;
    for (const zone of [this.#search, this.#add]) zone.classList.remove('over');
  }
}
