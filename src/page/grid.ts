import { toCardId } from './card.js';
import type { Frame } from './justify.js';
import type { PlacedRow, Visible } from './layout.js';
import { BLOCK, GridLayout } from './layout.js';
import type { Listing } from './listing.js';
import { need } from './need.js';
import { looksOf } from './pictures.js';
import { player } from './player.js';
import { ShownCards } from './shown-cards.js';

/** A place in the list, and how far its row is below the top of the window. */
export interface Position {
  readonly index: number;
  readonly below: number;
}

export interface GridActions {
  readonly open: (id: string) => void;
  readonly like: (id: string) => void;
  /** The arrow up left the first row. */
  readonly leaveUp: () => void;
  /** These blocks are in sight, or nearly so, and not known. */
  readonly need: (blocks: readonly number[]) => void;
}

/**
 * The photos as rows of equal height, however many there are: only those near the window are on the page. One stop for the
 * Tab key (and a second on that photo's "More like this"); the arrow keys move it. A photo that stays keeps its element, so
 * nothing flickers and no image loads twice.
 */
export class Grid {
  readonly #list = need('#results', HTMLUListElement);
  readonly #cards = new ShownCards(this.#list, need('#card', HTMLTemplateElement));
  readonly #rule = need('#fit-rule', HTMLLIElement);
  readonly #actions: GridActions;
  #listing: Listing | undefined;
  #fitCount: number | undefined;
  #layout = new GridLayout({ width: 0, gap: 0, rowHeight: 1 }, 0);
  #active: string | undefined;
  /** The keyboard goes to this photo as soon as it is on the page. */
  #focusNext: number | undefined;

  constructor(actions: GridActions) {
    this.#actions = actions;
    this.#list.addEventListener('click', (event) => this.#onClick(event));
    this.#list.addEventListener('keydown', (event) => this.#onKey(event));
    this.#list.addEventListener('focusin', (event) => {
      const id = toCardId(event.target);
      if (id !== undefined) this.#activate(id);
    });
    window.addEventListener('scroll', () => this.#render(), { passive: true });
    window.addEventListener('resize', () => this.#render());
    new ResizeObserver(() => {
      if (this.#list.clientWidth !== this.#layout.frame.width) this.draw(this.#listing, this.#fitCount);
    }).observe(this.#list);
  }

  /**
   * Shows a listing, as far as it is known: another one, the same with more photos, or none. What is in sight stays where it
   * is unless `at` says where to go.
   * @param fitCount How many photos, from the front, are above the rule.
   */
  draw(listing: Listing | undefined, fitCount?: number, at?: Position | 'top'): void {
    const before = this.position;
    const seen = before === undefined ? undefined : this.#listing?.at(before.index)?.id;
    const frame = toFrame(this.#list.clientWidth);
    const same =
      listing === this.#listing && fitCount === this.#fitCount && frame.width === this.#layout.frame.width;
    if (!same || listing?.total !== this.#layout.total)
      this.#layout = new GridLayout(frame, listing?.total ?? 0, fitCount);
    this.#listing = listing;
    this.#fitCount = fitCount;
    for (const block of listing?.blocks ?? []) this.#layout.put(block, this.#proportions(block));
    this.#list.style.height = `${this.#layout.height}px`;
    this.#list.classList.remove('waiting', 'empty');
    this.#list.removeAttribute('aria-busy');
    // Its place may be another one now; at the very top, what is new is to be seen.
    const kept = seen === undefined ? undefined : listing?.indexOf(seen);
    if (at !== undefined && this.#focusedId() === undefined) this.#active = undefined;
    if (at === 'top') window.scrollTo({ top: 0, behavior: 'instant' });
    else if (at !== undefined) this.#scrollTo(at);
    else if (before !== undefined && window.scrollY > 0)
      this.#scrollTo({ index: kept ?? before.index, below: before.below });
    this.#render();
  }

  /** Marks that other photos are on their way; an empty grid shows blanks in their place. */
  wait(): void {
    this.#list.setAttribute('aria-busy', 'true');
    this.#list.classList.add('waiting');
    this.#list.classList.toggle('empty', this.#cards.size === 0);
  }

  /** The first photo in sight, or undefined when there is none. */
  get position(): Position | undefined {
    const top = this.#toListTop(window.scrollY) + toHeaderHeight();
    const [row] = this.#layout.within(top, top + window.innerHeight).rows;
    return row === undefined ? undefined : { index: row.first, below: row.top - top };
  }

  /** The blocks in sight. */
  get blocksInSight(): readonly number[] {
    const { rows, gaps } = this.#inSight(0);
    const blocks = [...rows.map(({ first }) => Math.floor(first / BLOCK)), ...gaps.map(({ block }) => block)];
    return [...new Set(blocks)];
  }

  /** Puts the keyboard on a photo, by its place in the list: the given one, or the one it was on last. */
  focus(index?: number): void {
    const last = this.#active === undefined ? undefined : this.#listing?.indexOf(this.#active);
    this.#focusNext = index ?? last ?? 0;
    this.#reveal(this.#focusNext);
    this.#render();
  }

  #render(): void {
    const focused = this.#focusedId();
    const sight = this.#inSight(window.innerHeight);
    this.#cards.show(this.#withFocused(sight.rows, focused), this.#listing);
    this.#cards.fillGaps(sight.gaps);
    this.#rule.hidden = sight.rule === undefined;
    this.#rule.style.transform = `translateY(${sight.rule ?? 0}px)`;
    this.#keepTabStop(focused);
    this.#takeFocus();
    if (sight.gaps.length > 0) this.#actions.need(sight.gaps.map(({ block }) => block));
  }

  /** The rows in sight, and the photo with the keyboard on it wherever that is: it stays on the page. */
  #withFocused(rows: readonly PlacedRow[], focused: string | undefined): readonly PlacedRow[] {
    const index = focused === undefined ? undefined : this.#listing?.indexOf(focused);
    if (index === undefined || rows.some((row) => isIn(row, index))) return rows;
    const row = this.#rowOf(index);
    if (row === undefined) return rows;
    const at = index - row.first;
    const alone = { ...row, first: index, cells: row.cells.slice(at, at + 1) };
    return [...rows, alone].sort((a, b) => a.first - b.first);
  }

  #keepTabStop(focused: string | undefined): void {
    const stays = this.#active !== undefined && this.#cards.get(this.#active) !== undefined;
    const first = this.#cards.first;
    if (focused === undefined && !stays && first !== undefined) this.#active = first.id;
    this.#cards.setTabStop(this.#active);
  }

  #takeFocus(): void {
    if (this.#focusNext === undefined) return;
    const id = this.#listing?.at(this.#focusNext)?.id;
    const card = id === undefined ? undefined : this.#cards.get(id);
    if (card === undefined) return;
    this.#focusNext = undefined;
    card.focus();
  }

  #activate(id: string): void {
    this.#active = id;
    this.#cards.setTabStop(id);
  }

  #onClick(event: Event): void {
    const id = toCardId(event.target);
    if (id === undefined) return;
    if ((event.target as Element).closest('.play')) player.toggle(id);
    else if ((event.target as Element).closest('.like')) this.#actions.like(id);
    else if ((event.target as Element).closest('.open')) this.#actions.open(id);
  }

  #onKey(event: KeyboardEvent): void {
    const id = toCardId(event.target);
    const index = id === undefined ? undefined : this.#listing?.indexOf(id);
    if (id === undefined || index === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'm' || event.key === 'M') return this.#actions.like(id);
    if ((event.key === 'p' || event.key === 'P') && this.#plays(index)) return player.toggle(id);
    const target = this.#toTarget(event.key, index);
    if (target === undefined) return;
    event.preventDefault();
    if (target === 'up') this.#actions.leaveUp();
    else this.focus(Math.min(this.#layout.total - 1, Math.max(0, target)));
  }

  #toTarget(key: string, index: number): number | 'up' | undefined {
    if (key === 'ArrowRight') return index + 1;
    if (key === 'ArrowLeft') return index - 1;
    if (key === 'ArrowDown') return this.#layout.neighbour(index, 'below') ?? index;
    if (key === 'ArrowUp') return this.#layout.neighbour(index, 'above') ?? 'up';
    if (key === 'Home') return 0;
    return key === 'End' ? this.#layout.total - 1 : undefined;
  }

  #inSight(margin: number): Visible {
    const top = this.#toListTop(window.scrollY);
    return this.#layout.within(top - margin, top + window.innerHeight + margin);
  }

  #rowOf(index: number): PlacedRow | undefined {
    const { top } = this.#layout.rowOf(index);
    return this.#layout.within(top, top + 1).rows.find((row) => isIn(row, index));
  }

  /** Scrolls only if the photo is not in sight, and then no further than needed. */
  #reveal(index: number): void {
    const { top, height } = this.#layout.rowOf(index);
    const above = this.#toListTop(window.scrollY) + toHeaderHeight();
    const below = this.#toListTop(window.scrollY) + window.innerHeight;
    const room = this.#layout.frame.gap * 2;
    if (top < above) this.#scrollTo({ index, below: room });
    else if (top + height > below)
      window.scrollTo({ top: window.scrollY + top + height + room - below, behavior: 'instant' });
  }

  #scrollTo({ index, below }: Position): void {
    const top = this.#layout.rowOf(index).top - below - toHeaderHeight() - this.#toListTop(0);
    if (Math.abs(top - window.scrollY) >= 1) window.scrollTo({ top, behavior: 'instant' });
  }

  #toListTop(windowTop: number): number {
    return windowTop - (this.#list.getBoundingClientRect().top + window.scrollY);
  }

  #proportions(block: number): number[] {
    return (this.#listing?.block(block) ?? []).map((photo) => looksOf(photo).proportion(photo));
  }

  #plays(index: number): boolean {
    const photo = this.#listing?.at(index);
    return photo !== undefined && looksOf(photo).plays;
  }

  #focusedId(): string | undefined {
    return this.#list.contains(document.activeElement) ? toCardId(document.activeElement) : undefined;
  }
}

/** Rows as high as a hand's breadth of photos allows: on a phone two or three beside each other, on a large screen ten. */
function toFrame(width: number): Frame {
  return { width, gap: width < 600 ? 4 : 8, rowHeight: Math.round(Math.max(104, 70 + width / 16)) };
}

function toHeaderHeight(): number {
  return need('.top', HTMLElement).offsetHeight;
}

function isIn({ first, cells }: PlacedRow, index: number): boolean {
  return index >= first && index < first + cells.length;
}
