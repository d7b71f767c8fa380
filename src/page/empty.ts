import type { InfoAnswer } from '../photos/index/answers.js';
import type { NoticeWords } from './notice.js';
import type { Place } from './place.js';

export interface EmptyRemedies {
  readonly pick: () => void;
  readonly showAll: () => void;
}

/** Why there are no photos, and what to do about it. */
export function toEmptyWords({ filter }: Place, info: InfoAnswer, remedies: EmptyRemedies): NoticeWords {
  if (filter !== undefined) {
    const text = `None has the ${filter.property} “${filter.value}”.`;
    return { title: 'No photos', text, action: { label: 'Show all photos', run: remedies.showAll } };
  }
  if (info.progress.state === 'indexing') {
    return { title: 'Reading the photos', text: 'The first ones appear in a moment.' };
  }
  const title = `No photos in ${info.store.where} yet`;
  if (info.store.count > 0)
    return { title: 'No other photos', text: 'There is nothing to compare with yet.' };
  if (!info.adding.allowed)
    return { title, text: 'Copy some into the folder: they appear here by themselves.' };
  const text = 'Drop photos anywhere on this page, or copy them into the folder.';
  return { title, text, action: { label: 'Add photos', run: remedies.pick } };
}
