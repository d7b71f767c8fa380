import { need } from './need.js';

/** Searches worth trying, one press each. */
export class Examples {
  readonly #section = need('#examples', HTMLElement);
  readonly #list = need('#example-list', HTMLUListElement);
  #drawn = '';

  constructor(onChoice: (query: string) => void) {
    this.#list.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest('button') : null;
      if (button !== null) onChoice(button.textContent ?? '');
    });
  }

  show(queries: readonly string[], wanted: boolean): void {
    this.#section.hidden = !wanted || queries.length === 0;
    if (this.#drawn === queries.join('\n')) return;
    this.#drawn = queries.join('\n');
    this.#list.replaceChildren(...queries.map(createRow));
  }
}

function createRow(query: string): HTMLLIElement {
  const row = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = query;
  row.append(button);
  return row;
}
