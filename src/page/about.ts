import type { InfoAnswer } from '../photos/index/answers.js';
import { need } from './need.js';

/** Fills in who answers, from which store, how far the index is and what was left out. */
export function showAbout(info: InfoAnswer): void {
  showModel(info);
  showStore(info);
  showProgress(info);
  showLeftOut(info);
}

function showModel({ model }: InfoAnswer): void {
  const code = document.createElement('code');
  code.textContent = '--model NAME';
  const note = model.note === undefined ? '' : ` ${model.note}`;
  need('#model', HTMLElement).replaceChildren(
    'Answering: ',
    strong(model.title),
    `.${note} To switch, start with `,
    code,
    '.',
  );
}

function showStore({ store, model }: InfoAnswer): void {
  const { kind, title, where, count } = store;
  const photos = count === 1 ? '1 photo' : `${count} photos`;
  const size = `, each as ${model.dimensions} numbers`;
  need('#store', HTMLElement).replaceChildren(
    strong(kind),
    ` (${title}): ${photos} of `,
    strong(where),
    `${size}.`,
  );
}

function showProgress({ progress: { state, done, total } }: InfoAnswer): void {
  const busy = state === 'indexing' && done < total;
  need('#indexing', HTMLElement).hidden = !busy;
  if (!busy) return;
  need('#indexing-text', HTMLElement).textContent =
    `Reading photos: ${done} of ${total}. You can search those read so far.`;
  const bar = need('#indexing-bar', HTMLProgressElement);
  bar.max = total;
  bar.value = done;
}

function showLeftOut({ progress }: InfoAnswer): void {
  const { refused, refusedCount, duplicates } = progress;
  need('#left-out', HTMLElement).hidden = refusedCount + duplicates === 0;
  const words = [];
  if (refusedCount > 0) words.push(`${refusedCount} left out`);
  if (duplicates > 0) words.push(`${duplicates} with the same content as another`);
  need('#left-out-title', HTMLElement).textContent = `Files: ${words.join(', ')}`;
  const rows = refused.map(({ name, reason }) => {
    const row = document.createElement('li');
    row.textContent = `${name}: ${reason}`;
    return row;
  });
  need('#left-out-list', HTMLUListElement).replaceChildren(...rows);
}

function strong(text: string): HTMLElement {
  const element = document.createElement('strong');
  element.textContent = text;
  return element;
}
