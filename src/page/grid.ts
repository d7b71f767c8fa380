import type { Hit, StoredPhoto } from '../photos/index/store.js';
import { toImageUrl } from './api.js';
import { need } from './need.js';

const SKELETONS = 8;

export interface GridActions {
  readonly open: (id: string) => void;
  readonly like: (id: string) => void;
  /** The arrow up left the first row. */
  readonly leaveUp: () => void;
}

/**
 * The photos as a grid with one stop for the Tab key (and a second on that photo's "More like this"); the arrow keys move
 * it. A photo that stays keeps its element, so nothing flickers and no image loads twice.
 */
export class Grid {
  readonly #list = need('#results', HTMLUListElement);
  readonly #template = need('#card', HTMLTemplateElement);
  readonly #actions: GridActions;
  #cards = new Map<string, HTMLLIElement>();
  #active: string | undefined;

  constructor(actions: GridActions) {
    this.#actions = actions;
    this.#list.addEventListener('click', (event) => this.#onClick(event));
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
    this.#list.addEventListener('focusin', (event) => {
      const id = toCardId(event.target);
      if (id !== undefined) this.#activate(id);
    });
  }

  show(photos: readonly (StoredPhoto | Hit)[]): void {
    const focused = this.#list.contains(document.activeElement)
      ? toCardId(document.activeElement)
      : undefined;
    const cards = new Map<string, HTMLLIElement>();
    for (const photo of photos) cards.set(photo.id, this.#toCard(photo));
    this.#cards = cards;
    this.#list.replaceChildren(...cards.values());
    this.#list.classList.remove('waiting');
    this.#list.removeAttribute('aria-busy');
    const kept = focused !== undefined && cards.has(focused);
    this.#activate(kept ? focused : photos[0]?.id);
    if (kept) this.focus(focused);
  }

  /** Marks that newer photos are on their way; an empty grid shows blanks in their place. */
  wait(): void {
    this.#list.setAttribute('aria-busy', 'true');
    if (this.#cards.size > 0) this.#list.classList.add('waiting');
    else this.#list.replaceChildren(...Array.from({ length: SKELETONS }, createSkeleton));
  }

  /** Puts the keyboard on a photo: the given one, or the one it was on last. */
  focus(id = this.#active): void {
    if (id !== undefined) this.#cards.get(id)?.querySelector<HTMLButtonElement>('.open')?.focus();
  }

  #toCard(photo: StoredPhoto | Hit): HTMLLIElement {
    const card = this.#cards.get(photo.id) ?? this.#createCard(photo.id);
    const name = photo.name.split('/').at(-1) ?? photo.name;
    const score = 'score' in photo ? photo.score.toFixed(3) : '';
    need('.name', HTMLElement, card).textContent = name;
    need('.score', HTMLElement, card).textContent = score;
    const open = need('.open', HTMLButtonElement, card);
    open.title = photo.name;
    open.setAttribute('aria-label', score === '' ? `Open ${name}` : `Open ${name}, score ${score}`);
    need('.like', HTMLButtonElement, card).setAttribute('aria-label', `More like this: ${name}`);
    return card;
  }

  #createCard(id: string): HTMLLIElement {
    const copy = this.#template.content.cloneNode(true) as DocumentFragment;
    const card = need('.card', HTMLLIElement, copy);
    card.dataset['id'] = id;
    need('img', HTMLImageElement, card).src = toImageUrl(id, 'thumb');
    return card;
  }

  #activate(id: string | undefined): void {
    this.#setTabStop(this.#active, -1);
    this.#setTabStop(id, 0);
    this.#active = id;
  }

  #setTabStop(id: string | undefined, tabIndex: 0 | -1): void {
    const buttons = id === undefined ? undefined : this.#cards.get(id)?.querySelectorAll('button');
    buttons?.forEach((button) => (button.tabIndex = tabIndex));
  }

  #onClick(event: Event): void {
    const id = toCardId(event.target);
    if (id === undefined) return;
    if ((event.target as Element).closest('.like')) this.#actions.like(id);
    else if ((event.target as Element).closest('.open')) this.#actions.open(id);
  }

  #onKey(event: KeyboardEvent): void {
    const id = toCardId(event.target);
    if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'm' || event.key === 'M') return this.#actions.like(id);
    const ids = [...this.#cards.keys()];
    const place = ids.indexOf(id);
    const columns = this.#columns();
    const target = toPlace(event.key, place, ids.length, columns);
    if (target === undefined) return;
    event.preventDefault();
    if (event.key === 'ArrowUp' && place < columns) this.#actions.leaveUp();
    else this.focus(ids[target]);
  }

  #columns(): number {
    const cards = [...this.#cards.values()];
    const below = cards.findIndex((card) => card.offsetTop > (cards[0]?.offsetTop ?? 0));
    return below === -1 ? cards.length : below;
  }
}

function toPlace(key: string, place: number, count: number, columns: number): number | undefined {
  const within = (target: number): number => Math.min(count - 1, Math.max(0, target));
  if (key === 'ArrowRight') return within(place + 1);
  if (key === 'ArrowLeft') return within(place - 1);
  if (key === 'ArrowDown') return place + columns < count ? place + columns : place;
  if (key === 'ArrowUp') return within(place - columns);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

function toCardId(target: EventTarget | null): string | undefined {
  const card = target instanceof Element ? target.closest<HTMLLIElement>('.card') : null;
  return card?.dataset['id'];
}

function createSkeleton(): HTMLLIElement {
  const card = document.createElement('li');
  card.className = 'card';
  card.setAttribute('aria-hidden', 'true');
  const blank = document.createElement('span');
  blank.className = 'blank';
  card.append(blank);
  return card;
}
