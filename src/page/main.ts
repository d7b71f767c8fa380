import type { InfoAnswer } from '../photos/index/answers.js';
import { showAbout } from './about.js';
import { DropSheet } from './drop.js';
import { Examples } from './examples.js';
import { FilterList } from './filter.js';
import { Grid } from './grid.js';
import { PlaceHistory } from './history.js';
import { InfoFeed } from './info-feed.js';
import { need } from './need.js';
import type { Place, Subject } from './place.js';
import { sameSearch } from './place.js';
import { Results } from './results.js';
import { SearchBox } from './search-box.js';
import { SearchImages, SubjectRow } from './subject-row.js';
import { Tray } from './tray.js';
import { Viewer } from './viewer.js';

/**
 * The page: the address says what is shown (`Place`), every action goes to another place, and each place is shown the same
 * way whether a click, the keyboard or the back button led there.
 */
class SearchPage {
  readonly #history = new PlaceHistory((place, before) => this.#show(place, !sameSearch(place, before)));
  readonly #feed = new InfoFeed((info, before) => this.#onInfo(info, before));
  readonly #images = new SearchImages();
  readonly #addPicker = need('#add-files', HTMLInputElement);
  readonly #grid = new Grid({
    open: (id) => this.#history.openPhoto(id),
    like: (id) => this.#search({ kind: 'like', id }),
    leaveUp: () => this.#box.focus(),
  });
  readonly #results = new Results(this.#grid, {
    image: (key) => this.#images.file(key),
    info: () => this.#feed.latest,
    drawn: () => this.#drawSurroundings(),
    pickPhotos: () => this.#addPicker.click(),
    dropFilter: () => this.#history.go({ subject: this.#history.place.subject }, 'push'),
    showAll: () => this.#history.go({ subject: { kind: 'none' } }, 'push'),
  });
  readonly #viewer = new Viewer({
    move: (id) => this.#history.go({ ...this.#history.place, photo: id }, 'replace'),
    like: (id) => this.#search({ kind: 'like', id }),
    closed: (id) => {
      this.#history.closePhoto();
      this.#grid.focus(id);
    },
  });
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
    const { subject } = this.#history.place;
    this.#history.go({ subject, ...(filter && { filter }) }, 'push');
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
    need('#add', HTMLButtonElement).addEventListener('click', () => this.#addPicker.click());
    this.#addPicker.addEventListener('change', () => {
      this.#tray.add([...(this.#addPicker.files ?? [])]);
      this.#addPicker.value = '';
    });
    this.#show(this.#history.place, true);
    // On a phone this would bring up the keyboard over the photos.
    if (window.matchMedia('(hover: hover) and (pointer: fine)').matches) this.#box.focus();
    void this.#feed.start();
  }

  #show(place: Place, newSearch: boolean): void {
    const { subject } = place;
    this.#box.show(subject.kind === 'text' ? subject.query : '');
    document.title = subject.kind === 'text' ? `${subject.query} · Handspring` : 'Handspring · photo search';
    document.body.classList.toggle('searching', subject.kind !== 'none');
    if (newSearch) {
      this.#viewer.hide();
      this.#results.show(place);
    }
    this.#drawSurroundings();
  }

  #drawSurroundings(): void {
    const { subject, filter, photo } = this.#history.place;
    const info = this.#feed.latest;
    const found = this.#results.found;
    const folder = info?.adding.allowed === true ? info.store.where : undefined;
    this.#subject.show(subject, found?.like, folder);
    this.#examples.show(info?.examples ?? [], subject.kind === 'none' && info?.store.count !== 0);
    this.#filter.show(info?.store.filters ?? [], filter);
    this.#viewer.show(found?.photos ?? [], photo);
  }

  #onInfo(info: InfoAnswer, before: InfoAnswer | undefined): void {
    if (JSON.stringify(before) !== JSON.stringify(info)) {
      showAbout(info);
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

  #search(subject: Subject): void {
    const { filter } = this.#history.place;
    this.#box.leave();
    this.#history.go({ subject, ...(filter && { filter }) }, 'push');
    window.scrollTo({ top: 0 });
  }

  #searchByImage(file: File): void {
    this.#search({ kind: 'image', key: this.#images.keep(file) });
  }

  #onTyped(query: string, more: boolean): void {
    const { filter } = this.#history.place;
    const subject: Subject = query === '' ? { kind: 'none' } : { kind: 'text', query };
    this.#history.go({ subject, ...(filter && { filter }) }, more ? 'replace' : 'push');
  }

  #addSubject(): void {
    const { subject } = this.#history.place;
    const file = subject.kind === 'image' ? this.#images.file(subject.key) : undefined;
    if (file !== undefined) this.#tray.add([file]);
  }
}

new SearchPage().start();
