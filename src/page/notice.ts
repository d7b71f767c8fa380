import { ApiError } from './api.js';
import { ImageGone } from './find.js';
import { toRefusalWords } from './refusal-words.js';
import { need } from './need.js';

export interface NoticeWords {
  readonly title: string;
  readonly text: string;
  readonly error?: boolean;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** What stands in the place of the photos when there are none. */
export class Notice {
  readonly #section = need('#notice', HTMLElement);
  readonly #button = need('#notice-action', HTMLButtonElement);
  #run: (() => void) | undefined;

  constructor() {
    this.#button.addEventListener('click', () => this.#run?.());
  }

  show({ title, text, error = false, action }: NoticeWords): void {
    need('#notice-title', HTMLElement).textContent = title;
    need('#notice-text', HTMLElement).textContent = text;
    this.#section.classList.toggle('error', error);
    this.#button.hidden = action === undefined;
    this.#button.textContent = action?.label ?? '';
    this.#run = action?.run;
    this.#section.hidden = false;
  }

  hide(): void {
    this.#section.hidden = true;
  }
}

export interface Remedies {
  readonly retry: () => void;
  readonly clear: () => void;
}

/** It is the file, and not the service. */
const REFUSALS = ['invalid_image', 'invalid_media', 'payload_too_large'];

/** What went wrong with a search, and what can be done about it. */
export function toErrorWords(error: unknown, { retry, clear }: Remedies): NoticeWords {
  const again = { label: 'Try again', run: retry };
  const all = { label: 'Show all photos', run: clear };
  if (error instanceof ImageGone) {
    const text =
      'A file you search by stays in the tab and is lost when the page is loaded anew. Drop it again.';
    return { title: 'That file is gone', text, action: all };
  }
  if (!(error instanceof ApiError)) {
    const text = 'Is it still running in its terminal? The page goes on by itself once it is back.';
    return { title: 'The service does not answer', text, error: true, action: again };
  }
  if (error.passing) return { title: 'The service is busy', text: error.message, error: true, action: again };
  if (error.code === 'not_found') {
    return {
      title: 'That photo is not there any more',
      text: 'It may have been moved or deleted.',
      action: all,
    };
  }
  const refused = REFUSALS.includes(error.code);
  const title = refused ? 'This file cannot be searched by' : 'The search did not work';
  const text = refused ? toRefusalWords({ message: error.message, kind: error.kind }) : error.message;
  return { title, text, error: true, action: refused ? all : again };
}
