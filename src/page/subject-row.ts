import type { StoredPhoto } from '../photos/index/store.js';
import { toImageUrl } from './api.js';
import { need } from './need.js';
import { looksOf } from './pictures.js';
import type { Subject } from './place.js';

/** The images and sounds searched by in this tab, by key. They are sent for the search and kept nowhere else. */
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

/** The row that shows which image, photo or sound is searched by. */
export class SubjectRow {
  readonly #section = need('#subject', HTMLElement);
  readonly #image = need('#subject-image', HTMLImageElement);
  readonly #outline = need('#subject-outline', HTMLElement);
  readonly #audio = need('#subject-audio', HTMLAudioElement);
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
   * @param names what is looked for, as a sentence begins: `Photos`, `Photos and sounds`
   * @param folder where the image can be added, or undefined if nowhere
   */
  show(
    subject: Subject,
    like: StoredPhoto | undefined,
    { names, folder }: { readonly names: string; readonly folder: string | undefined },
  ): void {
    const file = subject.kind === 'image' ? this.#images.file(subject.key) : undefined;
    this.#section.hidden = file === undefined && subject.kind !== 'like';
    this.#add.hidden = file === undefined || folder === undefined;
    this.#add.textContent = `Add it to ${folder ?? ''}`;
    if (subject.kind === 'like') {
      const known = like?.id === subject.id ? like : undefined;
      // What it is, and so whether there is an image of it, is known with the answer.
      const plays = known !== undefined && looksOf(known).plays;
      this.#show({ image: known === undefined || plays ? '' : toImageUrl(subject.id, 'thumb') });
      this.#outline.hidden = !plays;
      if (plays) looksOf(known).draw(this.#outline, known);
      this.#say(`${names} like `, known?.name ?? '');
    } else if (subject.kind === 'image' && file !== undefined) {
      const url = this.#images.url(subject.key) ?? '';
      const { opensAs } = looksOf({ kind: file.type.split('/')[0] ?? '' });
      this.#show(opensAs === 'audio' ? { audio: url } : opensAs === 'image' ? { image: url } : {});
      this.#say(`${names} like your ${opensAs === 'audio' ? 'sound' : opensAs} `, file.name);
    } else {
      this.#show({});
    }
  }

  #show({ image = '', audio = '' }: { readonly image?: string; readonly audio?: string }): void {
    this.#outline.hidden = true;
    this.#audio.hidden = audio === '';
    for (const [element, url] of [
      [this.#image, image],
      [this.#audio, audio],
    ] as const) {
      if (url === '') element.removeAttribute('src');
      else if (element.getAttribute('src') !== url) element.src = url;
    }
    if (image === '') this.#image.hidden = true;
  }

  #say(words: string, name: string): void {
    const strong = document.createElement('strong');
    strong.textContent = name;
    this.#text.replaceChildren(words, strong);
  }
}
