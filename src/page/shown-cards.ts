import { Card } from './card.js';
import type { Gap, PlacedRow } from './layout.js';
import type { Listing } from './listing.js';

/** The photos that are on the page at this moment. One that stays keeps its element, so nothing flickers and no image loads twice. */
export class ShownCards {
  readonly #list: HTMLUListElement;
  readonly #template: HTMLTemplateElement;
  #cards = new Map<string, Card>();

  constructor(list: HTMLUListElement, template: HTMLTemplateElement) {
    this.#list = list;
    this.#template = template;
  }

  get size(): number {
    return this.#cards.size;
  }

  get first(): Card | undefined {
    return this.#cards.values().next().value;
  }

  get(id: string): Card | undefined {
    return this.#cards.get(id);
  }

  /** Puts the photos of these rows in their places, as far as the listing knows them, and takes all others off the page. */
  show(rows: readonly PlacedRow[], listing: Listing | undefined): void {
    const wanted = new Map<string, Card>();
    for (const { first, top, height, cells } of rows) {
      cells.forEach(({ left, width }, at) => {
        const photo = listing?.at(first + at);
        if (photo === undefined) return;
        const card = this.#cards.get(photo.id) ?? new Card(this.#template, photo);
        card.fill(photo, first + at, listing?.total ?? 0);
        card.place({ left, width, top, height });
        wanted.set(photo.id, card);
      });
    }
    for (const [id, card] of this.#cards) if (!wanted.has(id)) card.remove();
    this.#cards = wanted;
    this.#putInOrder();
  }

  /** Blanks where the photos are not known yet. */
  fillGaps(gaps: readonly Gap[]): void {
    const blanks = [...this.#list.querySelectorAll<HTMLElement>('.blank')];
    gaps.forEach(({ top, height }, i) => {
      const blank = blanks[i] ?? createBlank();
      blank.style.transform = `translateY(${top}px)`;
      blank.style.height = `${height}px`;
      if (!blank.isConnected) this.#list.append(blank);
    });
    for (const blank of blanks.slice(gaps.length)) blank.remove();
  }

  /** Makes one photo the one that the Tab key stops at. */
  setTabStop(id: string | undefined): void {
    for (const [other, card] of this.#cards) card.tabStop = other === id;
  }

  /** Moves only what is out of place: an element that is taken out and put back loses the keyboard. */
  #putInOrder(): void {
    let next = this.#list.firstElementChild;
    for (const { element } of this.#cards.values()) {
      while (next !== null && !next.classList.contains('card')) next = next.nextElementSibling;
      if (element === next) next = next.nextElementSibling;
      else this.#list.insertBefore(element, next);
    }
  }
}

function createBlank(): HTMLLIElement {
  const blank = document.createElement('li');
  blank.className = 'blank';
  blank.setAttribute('aria-hidden', 'true');
  return blank;
}
