import type { PhotoFilter, PropertyValues } from '../photos/index/store.js';
import { need } from './need.js';

/** The list of properties to filter by: those on which the photos differ. */
export class FilterList {
  readonly #select = need('#filter', HTMLSelectElement);
  readonly #label = need('#filter-label', HTMLElement);
  #drawn = '';

  constructor(onChoice: (filter: PhotoFilter | undefined) => void) {
    this.#select.addEventListener('change', () => onChoice(parseOption(this.#select.value)));
  }

  /** @param names What there is to choose from: `photos and sounds`, `files`. */
  show(properties: readonly PropertyValues[], chosen: PhotoFilter | undefined, names: string): void {
    const useful = properties.filter(({ values }) => values.length > 1);
    const drawing = JSON.stringify([useful, chosen, names]);
    // Drawing anew would close the list under the reader's hand.
    if (drawing === this.#drawn) return;
    this.#drawn = drawing;
    this.#select.replaceChildren(new Option(`all ${names}`, ''), ...useful.map(createGroup));
    if (chosen !== undefined) this.#choose(chosen);
    this.#label.hidden = useful.length === 0 && chosen === undefined;
  }

  #choose({ property, value }: PhotoFilter): void {
    const wanted = toOption(property, value);
    if (![...this.#select.options].some((option) => option.value === wanted)) {
      this.#select.append(new Option(`${property}: ${value}`, wanted));
    }
    this.#select.value = wanted;
  }
}

function createGroup({ property, values }: PropertyValues): HTMLOptGroupElement {
  const group = document.createElement('optgroup');
  group.label = property;
  group.append(
    ...values.map(({ value, count }) => new Option(`${value} (${count})`, toOption(property, value))),
  );
  return group;
}

function toOption(property: string, value: string): string {
  return JSON.stringify({ property, value });
}

function parseOption(text: string): PhotoFilter | undefined {
  return text === '' ? undefined : (JSON.parse(text) as PhotoFilter);
}
