import type { InfoAnswer } from '../photos/index/answers.js';
import { toList, toNames } from './kinds.js';
import { need } from './need.js';

/** What the page says in general, by the kinds that the service takes; photos alone need no other words than the page has. */
export function showKindWords({ store: { kinds } }: InfoAnswer): void {
  const accept = kinds.map(({ kind }) => `${kind}/*`).join();
  need('#image-file', HTMLInputElement).accept = accept;
  need('#add-files', HTMLInputElement).accept = accept;
  if (kinds.length < 2) return;
  const ones = toList(
    kinds.map(({ one }) => `a ${one}`),
    'disjunction',
  );
  // On a phone there is room for a word.
  const isNarrow = window.matchMedia('(max-width: 44rem)').matches;
  need('#query', HTMLInputElement).placeholder = isNarrow ? 'Search' : `Describe ${ones}`;
  need('#query-label', HTMLElement).textContent = `Search the ${toNames(kinds)}`;
  need('#pick-image', HTMLButtonElement).title = `Search by ${ones}: pick, drop or paste one`;
  for (const words of document.querySelectorAll('#pick-image span')) words.textContent = 'Search by file';
  need('#add-words', HTMLElement).textContent = 'Add files';
  need('#drop-search-title', HTMLElement).textContent = 'Search by this file';
}
