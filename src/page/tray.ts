import { addImage, ApiError } from './api.js';
import { toRefusalWords } from './refusal-words.js';
import { need } from './need.js';

const AT_ONCE = 3;
const TRIES = 5;

type Outcome = 'added' | 'duplicate' | 'refused';

export interface TrayActions {
  readonly maxImageBytes: () => number;
  /** Some photos went in, and nothing waits any more. */
  readonly settled: () => void;
}

/** Sends files to be added, a few at a time, and lists what became of each. */
export class Tray {
  readonly #section = need('#tray', HTMLElement);
  readonly #list = need('#tray-list', HTMLUListElement);
  readonly #status = need('#tray-status', HTMLElement);
  readonly #bar = need('#tray-bar', HTMLProgressElement);
  readonly #actions: TrayActions;
  readonly #waiting: { file: File; row: HTMLLIElement }[] = [];
  readonly #counts: Record<Outcome, number> = { added: 0, duplicate: 0, refused: 0 };
  #total = 0;
  #running = 0;

  constructor(actions: TrayActions) {
    this.#actions = actions;
    need('#tray-close', HTMLButtonElement).addEventListener('click', () => (this.#section.hidden = true));
  }

  add(files: readonly File[]): void {
    if (this.#section.hidden && this.#running === 0) this.#clear();
    const rows = files.map((file) => ({ file, row: createRow(file.name) }));
    this.#list.append(...rows.map(({ row }) => row));
    this.#waiting.push(...rows);
    this.#total += files.length;
    this.#section.hidden = false;
    while (this.#running < AT_ONCE && this.#waiting.length > 0) void this.#takeTurns();
    this.#report();
  }

  async #takeTurns(): Promise<void> {
    this.#running += 1;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { outcome, words } = await this.#send(next.file);
      next.row.classList.add(outcome);
      need('.outcome', HTMLElement, next.row).textContent = words;
      this.#counts[outcome] += 1;
      this.#report();
    }
    this.#running -= 1;
    if (this.#running === 0 && this.#counts.added > 0) this.#actions.settled();
  }

  async #send(file: File): Promise<{ outcome: Outcome; words: string }> {
    const maxBytes = this.#actions.maxImageBytes();
    if (file.size > maxBytes) {
      return {
        outcome: 'refused',
        words: `The file is larger than ${Math.floor(maxBytes / 2 ** 20)} MB.`,
      };
    }
    for (let tries = 1; ; tries++) {
      try {
        const { outcome, photo } = await addImage(file);
        return { outcome, words: toWords(outcome, file.name, photo.name) };
      } catch (error) {
        if (!(error instanceof ApiError && error.passing && tries < TRIES)) {
          return { outcome: 'refused', words: toReason(error) };
        }
        await new Promise((resolve) => setTimeout(resolve, error.retryAfterSeconds * 1000));
      }
    }
  }

  #report(): void {
    const { added, duplicate, refused } = this.#counts;
    const done = added + duplicate + refused;
    this.#bar.max = this.#total;
    this.#bar.value = done;
    this.#bar.hidden = done === this.#total;
    const outcomes = [`${added} added`];
    if (duplicate > 0) outcomes.push(`${duplicate} there already`);
    if (refused > 0) outcomes.push(`${refused} refused`);
    this.#status.textContent =
      done < this.#total ? `Adding photos: ${done} of ${this.#total}` : outcomes.join(', ');
  }

  #clear(): void {
    this.#list.replaceChildren();
    Object.assign(this.#counts, { added: 0, duplicate: 0, refused: 0 });
    this.#total = 0;
  }
}

function createRow(name: string): HTMLLIElement {
  const row = document.createElement('li');
  const label = document.createElement('span');
  label.className = 'name';
  label.textContent = name;
  const outcome = document.createElement('span');
  outcome.className = 'outcome';
  outcome.textContent = 'Waiting';
  row.append(label, outcome);
  return row;
}

function toWords(outcome: 'added' | 'duplicate', name: string, storedAs: string): string {
  const words = outcome === 'added' ? 'Added' : 'There already';
  return name === storedAs ? words : `${words} as ${storedAs}`;
}

/** A folder dropped among files fails to be read, which fetch reports as a TypeError like a service that is gone. */
function toReason(error: unknown): string {
  if (!(error instanceof ApiError)) return 'It could not be read and sent. Is it a folder?';
  return toRefusalWords({ message: error.message, kind: error.kind });
}
