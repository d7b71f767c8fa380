import type { InfoAnswer } from '../photos/index/answers.js';
import { About } from './about.js';
import { DropSheet } from './drop.js';
import { Examples } from './examples.js';
import { FilterList } from './filter.js';
import { Grid } from './grid.js';
import { toHint } from './hint.js';
import { PlaceHistory } from './history.js';
import { looksOf } from './pictures.js';
import { InfoFeed } from './info-feed.js';
import { showKindWords } from './kind-words.js';
import { toNames, toShownKinds } from './kinds.js';
import { need } from './need.js';
import type { Place, Subject } from './place.js';
import { sameSearch, toAllKinds } from './place.js';
import { Recorder } from './recorder.js';
import { Results } from './results.js';
import { SearchBox } from './search-box.js';
import { Strips } from './strips.js';
import { SearchImages, SubjectRow } from './subject-row.js';
import { Tray } from './tray.js';
import { Viewer } from './viewer.js';

/** What the service says of itself decides how much room is above the photos: they wait for it, but not forever. */
const LONGEST_BLANK_MS = 1500;
/** Browsers allow a hundred changes of the history in half a minute. */
const SCROLL_PAUSE_MS = 400;

/**
 * The page: the address says what is shown (`Place`), every action goes to another place, and each place is shown the same
 * way whether a click, the keyboard or the back button led there.
 */
class SearchPage {
  #scrolled: number | undefined;
  #surrounded: Promise<void> = Promise.resolve();
  readonly #history = new PlaceHistory(
    (place, before) => this.#show(place, !sameSearch(place, before)),
    () => this.#grid.position,
  );
  readonly #feed = new InfoFeed((info, before) => this.#onInfo(info, before));
  readonly #images = new SearchImages();
  readonly #addPicker = need('#add-files', HTMLInputElement);
  readonly #grid = new Grid({
    open: (id) => this.#history.openPhoto(id),
    like: (id) => this.#searchLike(id),
    leaveUp: () => this.#box.focus(),
    need: (blocks) => this.#results.need(blocks),
  });
  /** The reader asked for photos like one, which is gone from the page with its search: the keyboard goes to the first. */
  #focusFirst = false;
  readonly #results = new Results(this.#grid, {
    image: (key) => this.#images.file(key),
    info: () => this.#feed.latest,
    surrounded: () => this.#surrounded,
    drawn: () => this.#onDrawn(),
    kinds: (place) => toShownKinds(place, this.#feed.latest),
    pickPhotos: () => this.#addPicker.click(),
    dropFilter: () => this.#history.go({ subject: this.#history.place.subject }, 'push'),
    showAll: () => this.#history.go({ subject: { kind: 'none' } }, 'push'),
  });
  readonly #strips = new Strips({
    image: (key) => this.#images.file(key),
    open: (id) => this.#history.openPhoto(id),
    like: (id) => this.#searchLike(id),
    showKind: (kind) => this.#history.go({ ...this.#history.place, kind }, 'push'),
  });
  readonly #recorder = new Recorder((sound) => this.#searchByImage(sound));
  readonly #viewer = new Viewer({
    move: (index) => void this.#openAt(index),
    like: (id) => this.#searchLike(id),
    closed: (id) => {
      const { index } = this.#results.seek(id);
      this.#history.closePhoto();
      this.#grid.focus(index);
    },
  });
  readonly #about = new About();
  readonly #box = new SearchBox({
    typed: (text, more) => this.#onTyped(text, more),
    image: (file) => this.#searchByImage(file),
    down: () => this.#grid.focus(),
  });
  readonly #subject = new SubjectRow(this.#images, {
    clear: () => this.#search({ kind: 'none' }),
    add: () => this.#addSubject(),
  });
  readonly #filter = new FilterList((filter) => {
    const { subject, kind } = this.#history.place;
    this.#history.go({ subject, ...(kind !== undefined && { kind }), ...(filter && { filter }) }, 'push');
  });
  readonly #examples = new Examples((query) => this.#search({ kind: 'text', query }));
  readonly #tray = new Tray({
    maxImageBytes: () => this.#feed.latest?.maxImageBytes ?? Number.POSITIVE_INFINITY,
    settled: () => void this.#feed.refresh(),
  });

  start(): void {
    new DropSheet({
      search: (image) => this.#searchByImage(image),
      add: (files) => this.#tray.add(files),
      mayAdd: () => this.#feed.latest?.adding.allowed ?? false,
    });
    need('#all-kinds', HTMLButtonElement).addEventListener('click', () => {
      this.#history.go(toAllKinds(this.#history.place), 'push');
    });
    need('#add', HTMLButtonElement).addEventListener('click', () => this.#addPicker.click());
    this.#addPicker.addEventListener('change', () => {
      this.#tray.add([...(this.#addPicker.files ?? [])]);
      this.#addPicker.value = '';
    });
    window.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    const long = new Promise<void>((resolve) => setTimeout(resolve, LONGEST_BLANK_MS));
    this.#surrounded = Promise.race([this.#feed.start(), long]);
    this.#show(this.#history.place, true);
    // On a phone this would bring up the keyboard over the photos.
    if (window.matchMedia('(hover: hover) and (pointer: fine)').matches) this.#box.focus();
    void this.#surrounded.then(() => document.body.classList.remove('starting'));
  }

  #show(place: Place, newSearch: boolean): void {
    const { subject } = place;
    this.#box.show(subject.kind === 'text' ? subject.query : '');
    document.title = subject.kind === 'text' ? `${subject.query} · Handspring` : 'Handspring · photo search';
    document.body.classList.toggle('searching', subject.kind !== 'none');
    if (newSearch) {
      this.#viewer.hide();
      clearTimeout(this.#scrolled);
      this.#results.show(place, this.#history.position);
    }
    this.#drawSurroundings();
  }

  #drawSurroundings(): void {
    const { subject, filter, photo } = this.#history.place;
    const info = this.#feed.latest;
    const folder = info?.adding.allowed === true ? info.store.where : undefined;
    this.#showHint(subject);
    const kinds = toShownKinds(this.#history.place, info);
    const names = toNames([kinds.main, ...kinds.beside]);
    this.#filter.show(info?.store.filters ?? [], filter, kinds.beside.length > 1 ? 'files' : names);
    this.#subject.show(subject, this.#results.like, { names: toTitle(names), folder });
    this.#strips.show(this.#history.place, info);
    need('#all-kinds', HTMLElement).hidden = this.#history.place.kind === undefined || !kinds.several;
    this.#examples.show(info?.examples ?? [], subject.kind === 'none' && info?.store.count !== 0);
    if (photo === undefined) this.#viewer.hide();
    else this.#viewer.show(this.#results.seek(photo), this.#results.total);
  }

  #showHint(subject: Subject): void {
    const hint = need('#hint', HTMLElement);
    const words = subject.kind === 'text' ? toHint(this.#box.typed, this.#feed.latest?.model.languages) : '';
    hint.textContent = words;
    hint.hidden = words === '';
  }

  #onInfo(info: InfoAnswer, before: InfoAnswer | undefined): void {
    if (JSON.stringify(before) !== JSON.stringify(info)) {
      this.#about.show(info);
      showKindWords(info);
      this.#recorder.show(info.store.kinds.some(({ kind }) => looksOf({ kind }).plays));
      need('#add', HTMLElement).hidden = !info.adding.allowed;
      need('#drop-add-title', HTMLElement).textContent = `Add to the folder “${info.store.where}”`;
      this.#results.draw();
      this.#drawSurroundings();
    }
    const ready = info.progress.state === 'ready';
    const grown = before !== undefined && before.store.count !== info.store.count;
    const settled = ready && before?.progress.state === 'indexing';
    const stale = grown && (ready || this.#history.place.subject.kind === 'none');
    if (stale || settled || this.#results.unanswered) this.#results.refresh();
  }

  #onDrawn(): void {
    this.#drawSurroundings();
    this.#onScroll();
    if (!this.#focusFirst || this.#results.asking) return;
    this.#focusFirst = false;
    if (this.#results.total > 0) this.#grid.focus(0);
  }

  #onScroll(): void {
    clearTimeout(this.#scrolled);
    this.#scrolled = window.setTimeout(() => this.#history.remember(), SCROLL_PAUSE_MS);
  }

  async #openAt(index: number): Promise<void> {
    const photo = await this.#results.photoAt(index);
    if (photo !== undefined && this.#history.place.photo !== undefined)
      this.#history.go({ ...this.#history.place, photo: photo.id }, 'replace');
  }

  #searchLike(id: string): void {
    this.#focusFirst = true;
    this.#search({ kind: 'like', id });
  }

  #search(subject: Subject): void {
    this.#box.leave();
    this.#history.go({ ...this.#narrowed, subject }, 'push');
  }

  /** What is left out of searches from here: another search keeps it. */
  get #narrowed(): Pick<Place, 'filter' | 'kind'> {
    const { filter, kind } = this.#history.place;
    return { ...(filter && { filter }), ...(kind !== undefined && { kind }) };
  }

  #searchByImage(file: File): void {
    this.#search({ kind: 'image', key: this.#images.keep(file) });
  }

  #onTyped(query: string, more: boolean): void {
    const subject: Subject = query === '' ? { kind: 'none' } : { kind: 'text', query };
    this.#history.go({ ...this.#narrowed, subject }, more ? 'replace' : 'push');
  }

  #addSubject(): void {
    const { subject } = this.#history.place;
    const file = subject.kind === 'image' ? this.#images.file(subject.key) : undefined;
    if (file !== undefined) this.#tray.add([file]);
  }
}

function toTitle(names: string): string {
  return names.charAt(0).toUpperCase() + names.slice(1);
}

new SearchPage().start();
