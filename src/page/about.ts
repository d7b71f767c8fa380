import type { InfoAnswer } from '../photos/index/answers.js';
import { toCounts, toNames } from './kinds.js';
import { toRefusalWords } from './refusal-words.js';
import { need } from './need.js';

/** What is known of the service: in a dialog, but for what one has to see. */
export class About {
  readonly #dialog = need('#about', HTMLDialogElement);

  constructor() {
    for (const id of ['#about-open', '#score-link', '#left-out-link'])
      need(id, HTMLButtonElement).addEventListener('click', () => this.#dialog.showModal());
    need('#about-close', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    this.#dialog.addEventListener('click', (event) => {
      if (event.target === this.#dialog && !this.#contains(event)) this.#dialog.close();
    });
  }

  /** Fills in who answers, from which store, how far the index is and what was left out. */
  show(info: InfoAnswer): void {
    showModel(info);
    showStore(info);
    showProgress(info);
    showLeftOut(info);
  }

  /** A click on the dark around the dialog counts as one on the dialog. */
  #contains({ clientX, clientY }: MouseEvent): boolean {
    const { left, right, top, bottom } = this.#dialog.getBoundingClientRect();
    return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
  }
}

function showModel({ model }: InfoAnswer): void {
  const code = document.createElement('code');
  code.textContent = '--model NAME';
  const note = model.note === undefined ? '' : ` ${model.note}`;
  need('#model', HTMLElement).replaceChildren(
    strong(model.title),
    `.${note} To switch, start with `,
    code,
    '.',
  );
}

function showStore({ store, model }: InfoAnswer): void {
  const { kind, title, where, kinds } = store;
  const there = kinds.filter((one, at) => at === 0 || one.count > 0);
  const size = model.dimensions === undefined ? '' : `, each as ${model.dimensions} numbers`;
  need('#store', HTMLElement).replaceChildren(
    strong(kind),
    ` (${title}): ${toCounts(there)} of `,
    strong(where),
    `${size}.`,
  );
}

function showProgress({ store, progress: { state, done, total } }: InfoAnswer): void {
  const busy = state === 'indexing' && done < total;
  const bar = need('#indexing-bar', HTMLProgressElement);
  bar.hidden = !busy;
  bar.max = total;
  bar.value = done;
  need('#indexing-text', HTMLElement).textContent = busy
    ? `Reading ${toNames(store.kinds)}: ${done} of ${total}. You can search those read so far.`
    : '';
}

function showLeftOut({ progress }: InfoAnswer): void {
  const { refused, refusedCount, duplicates } = progress;
  const words = [];
  if (refusedCount > 0) words.push(`${refusedCount} left out`);
  if (duplicates > 0) words.push(`${duplicates} with the same content as another`);
  for (const id of ['#left-out', '#left-out-title']) need(id, HTMLElement).hidden = words.length === 0;
  const link = need('#left-out-link', HTMLElement);
  link.hidden = refusedCount === 0;
  link.textContent = refusedCount === 1 ? '1 file left out' : `${refusedCount} files left out`;
  need('#left-out-title', HTMLElement).textContent = `Files: ${words.join(', ')}`;
  const rows = refused.map(({ name, reason, kind }) => {
    const row = document.createElement('li');
    row.textContent = `${name}: ${toRefusalWords({ message: reason, kind })}`;
    return row;
  });
  need('#left-out-list', HTMLUListElement).replaceChildren(...rows);
}

function strong(text: string): HTMLElement {
  const element = document.createElement('strong');
  element.textContent = text;
  return element;
}
