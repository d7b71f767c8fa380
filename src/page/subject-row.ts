import type { StoredPhoto } from '../photos/index/store.js';
import { toImageUrl } from './api.js';
import { need } from './need.js';
import type { Subject } from './place.js';

/** The images searched by in this tab, by key. They are sent for the search and kept nowhere else. */
export class SearchImages {
  readonly #images = new Map<string, { file: File; url: string }>();

  keep(file: File): string {
    const key = `${Date.now().toString(36)}-${this.#images.size}`;
    this.#images.set(key, { file, url: URL.createObjectURL(file) });
    return key;
  }

  file(key: string): File | undefined {
    return this.#images.get(key)?.file;
  }

  url(key: string): string | undefined {
    return this.#images.get(key)?.url;
  }
}

/** The row that shows which image or photo is searched by. */
export class SubjectRow {
  readonly #section = need('#subject', HTMLElement);
  readonly #image = need('#subject-image', HTMLImageElement);
  readonly #text = need('#subject-text', HTMLElement);
  readonly #add = need('#subject-add', HTMLButtonElement);
  readonly #images: SearchImages;

  constructor(images: SearchImages, actions: { clear: () => void; add: () => void }) {
    this.#images = images;
    // Not every image that is dropped can be shown, nor is every photo of an old link there.
    this.#image.addEventListener('error', () => (this.#image.hidden = true));
    this.#image.addEventListener('load', () => (this.#image.hidden = false));
    need('#subject-clear', HTMLButtonElement).addEventListener('click', actions.clear);
    this.#add.addEventListener('click', actions.add);
  }

  /**
   * @param like the photo of a "more like this" search, once known
   * @param folder where the image can be added, or undefined if nowhere
   */
  show(subject: Subject, like: StoredPhoto | undefined, folder: string | undefined): void {
    const file = subject.kind === 'image' ? this.#images.file(subject.key) : undefined;
    this.#section.hidden = file === undefined && subject.kind !== 'like';
    this.#add.hidden = file === undefined || folder === undefined;
    this.#add.textContent = `Add it to ${folder ?? ''}`;
    if (subject.kind === 'like') {
      this.#draw(toImageUrl(subject.id, 'thumb'), 'Photos like ', like?.id === subject.id ? like.name : '');
    } else if (subject.kind === 'image' && file !== undefined) {
      this.#draw(this.#images.url(subject.key) ?? '', 'Photos like your image ', file.name);
    } else {
      this.#image.removeAttribute('src');
    }
  }

  #draw(url: string, words: string, name: string): void {
    if (this.#image.getAttribute('src') !== url) this.#image.src = url;
    const strong = document.createElement('strong');
    strong.textContent = name;
    this.#text.replaceChildren(words, strong);
  }
}
