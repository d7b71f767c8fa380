import type { InfoAnswer } from '../photos/index/answers.js';
import type { KindCount } from '../photos/index/store.js';
import { Card, toCardId } from './card.js';
import { find } from './find.js';
import { toShownKinds } from './kinds.js';
import { need } from './need.js';
import type { Place } from './place.js';
import { closePhoto } from './place.js';
import { player } from './player.js';

export interface StripActions {
  readonly image: (key: string) => File | undefined;
  readonly open: (id: string) => void;
  readonly like: (id: string) => void;
  /** All of one kind, alone. */
  readonly showKind: (kind: string) => void;
}

/** As many as are asked for, and can be scrolled to. */
const MOST = 24;

/**
 * What is found of the other kinds than the grid's: a row of each above it, as their scores are on scales of their own. One
 * stop for the Tab key in each row; the arrow keys move it.
 */
export class Strips {
  readonly #section = need('#strips', HTMLElement);
  readonly #template = need('#strip', HTMLTemplateElement);
  readonly #card = need('#card', HTMLTemplateElement);
  readonly #actions: StripActions;
  #asked = '';
  #stop = new AbortController();

  constructor(actions: StripActions) {
    this.#actions = actions;
    this.#section.addEventListener('click', (event) => this.#onClick(event));
    this.#section.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** Asks for what the place wants of the other kinds, unless that is shown already. */
  show(place: Place, info: InfoAnswer | undefined): void {
    const { beside } = toShownKinds(place, info);
    const search = closePhoto(place);
    const asked = JSON.stringify([search, beside]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const kept = new Set(beside.map(({ kind }) => kind));
    for (const strip of [...this.#section.children])
      if (!kept.has((strip as HTMLElement).dataset['kind'] ?? '')) strip.remove();
    for (const kind of beside) void this.#fill(kind, search, signal);
  }

  async #fill(kind: KindCount, place: Place, signal: AbortSignal): Promise<void> {
    // In its place before it is filled, so that nothing below it moves.
    const strip = this.#stripOf(kind);
    const searched = place.subject.kind !== 'none';
    const title = toTitle(kind.many);
    strip.hidden = false;
    need('.strip-title', HTMLElement, strip).textContent = searched ? `${title} that fit best` : title;
    need('.strip-note', HTMLElement, strip).hidden = !searched;
    this.#count(strip, kind.count, kind);
    const how = { stretch: { limit: MOST }, signal, image: this.#actions.image, onBusy: () => undefined };
    // What went wrong is told in the place of the grid, which has asked for the same.
    const found = await find(place, { ...how, kind: kind.kind }).catch(() => undefined);
    if (signal.aborted) return;
    const { photos = [], total = 0 } = found ?? {};
    strip.hidden = photos.length === 0;
    this.#count(strip, total, kind);
    const cards = photos.map((photo, at) => {
      const card = new Card(this.#card, photo);
      card.fill(photo, at, photos.length);
      card.keepShape(photo);
      card.tabStop = at === 0;
      return card.element;
    });
    const list = need('.strip-list', HTMLUListElement, strip);
    list.replaceChildren(...cards);
    list.scrollLeft = 0;
  }

  #count(strip: HTMLElement, count: number, { many }: KindCount): void {
    need('.strip-all', HTMLButtonElement, strip).textContent = `All ${count.toLocaleString('en')} ${many}`;
  }

  #stripOf({ kind, many }: KindCount): HTMLElement {
    const there = [...this.#section.children].find((one) => (one as HTMLElement).dataset['kind'] === kind);
    if (there instanceof HTMLElement) return there;
    const copy = this.#template.content.cloneNode(true) as DocumentFragment;
    const strip = need('.strip', HTMLElement, copy);
    strip.dataset['kind'] = kind;
    strip.setAttribute('aria-label', toTitle(many));
    need('.strip-list', HTMLElement, strip).setAttribute('aria-label', toTitle(many));
    this.#section.append(strip);
    return strip;
  }

  #onClick({ target }: Event): void {
    if (!(target instanceof Element)) return;
    const id = toCardId(target);
    const kind = target.closest<HTMLElement>('.strip')?.dataset['kind'];
    if (target.closest('.strip-all') !== null && kind !== undefined) this.#actions.showKind(kind);
    if (id === undefined) return;
    if (target.closest('.play') !== null) player.toggle(id);
    else if (target.closest('.like') !== null) this.#actions.like(id);
    else if (target.closest('.open') !== null) this.#actions.open(id);
  }

  #onKey(event: KeyboardEvent): void {
    const { target, key } = event;
    const id = toCardId(target);
    if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === 'm' || key === 'M') return this.#actions.like(id);
    if (key === 'p' || key === 'P') return player.toggle(id);
    const card = (target as Element).closest('.card') as HTMLElement;
    const all = [...(card.parentElement?.children ?? [])] as HTMLElement[];
    const at = all.indexOf(card);
    const goal = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[key];
    const next = goal === undefined ? undefined : all[goal];
    if (goal === undefined) return;
    event.preventDefault();
    if (next === undefined) return;
    for (const one of all)
      for (const button of one.querySelectorAll('button')) button.tabIndex = one === next ? 0 : -1;
    need('.open', HTMLButtonElement, next).focus({ preventScroll: true });
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

function toTitle(many: string): string {
  return many.charAt(0).toUpperCase() + many.slice(1);
}
