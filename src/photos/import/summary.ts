import { printable } from '../../core/printable.js';
import type { MediaKind } from '../media/kind.js';
import { describePassed } from '../passed-over.js';
import type { PruneRefusal } from './import-photos.js';
import { toDuration } from './pace.js';
import { settled } from './tally.js';
import type { Tally } from './tally.js';

/** How an import came to its end. */
export interface Ending {
  readonly pruneRefused?: PruneRefusal | undefined;
  /** What was passed over and why, a line each, if that was asked for. */
  readonly passed?: readonly string[];
  /** What the collection has no field for, and a new one would have. */
  readonly takenByNew?: readonly MediaKind[];
  /** Files of the list of captions that were not met. */
  readonly unmatched?: readonly string[];
  /** Why it stopped before its end. */
  readonly stopped?: string;
}

export interface ImportResult {
  readonly dryRun: boolean;
  readonly tally: Tally;
  readonly end: Ending;
  readonly interrupted: boolean;
  readonly seconds: number;
}

const PRUNE_REFUSED = {
  'nothing found':
    'Nothing was pruned: no photo was found, which is more often a missing disk than an empty folder.',
  'folder unreadable': 'Nothing was pruned: a folder could not be read.',
} satisfies Record<PruneRefusal, string>;

const GOES_ON = 'The same command goes on where this one stopped.';

const MOST_UNMATCHED = 5;

function describeUnmatched(files: readonly string[]): string {
  const named = files.slice(0, MOST_UNMATCHED).map(printable).join(', ');
  const more = files.length > MOST_UNMATCHED ? ', …' : '';
  return `${files.length} captions of the list are of no photo that was found: ${named}${more}`;
}

/** A collection is made with its fields. */
function describeTakenByNew(kinds: readonly MediaKind[]): string {
  const names = kinds.map(({ many }) => many).join(' and ');
  return `The collection has no field for ${names}; a new one (--collection) takes them.`;
}

/** What was done, as lines for a person. */
export function summarise({ dryRun, tally, end, interrupted, seconds }: ImportResult): string {
  const verb = dryRun ? 'would be ' : '';
  const counts = [
    `${tally.imported} ${verb}imported`,
    `${tally.unchanged} unchanged`,
    `${tally.removed} ${verb}removed`,
    `${tally.failed} failed`,
    describePassed(tally.passed),
  ];
  const lines = [`${counts.join(', ')}, in ${toDuration(seconds)}`];
  if (end.pruneRefused) lines.push(PRUNE_REFUSED[end.pruneRefused]);
  const kept = end.takenByNew?.filter(({ untaken }) => tally.passed[untaken]) ?? [];
  if (kept.length > 0) lines.push(describeTakenByNew(kept));
  if (interrupted) lines.push(`Interrupted. ${GOES_ON}`);
  else if (end.stopped !== undefined) {
    const begun = settled(tally) > 0 ? [GOES_ON] : [];
    lines.push(`Stopped before the end: ${end.stopped}`, ...begun);
  }
  if (end.passed?.length) lines.push('Passed over:', ...end.passed.map((line) => `  ${line}`));
  if (end.unmatched?.length) lines.push(describeUnmatched(end.unmatched));
  return `${lines.join('\n')}\n`;
}
