import type { PruneRefusal } from './import-photos.js';
import { toDuration } from './pace.js';
import type { Tally } from './tally.js';

/** How an import came to its end. */
export interface Ending {
  readonly pruneRefused?: PruneRefusal | undefined;
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

/** What was done, as lines for a person. */
export function summarise({ dryRun, tally, end, interrupted, seconds }: ImportResult): string {
  const verb = dryRun ? 'would be ' : '';
  const counts = [
    `${tally.imported} ${verb}imported`,
    `${tally.unchanged} unchanged`,
    `${tally.removed} ${verb}removed`,
    `${tally.failed} failed`,
    `${tally.other} other files passed over`,
  ];
  const lines = [`${counts.join(', ')}, in ${toDuration(seconds)}`];
  if (end.pruneRefused) lines.push(PRUNE_REFUSED[end.pruneRefused]);
  if (interrupted) lines.push(`Interrupted. ${GOES_ON}`);
  else if (end.stopped !== undefined) lines.push(`Stopped before the end: ${end.stopped}`, GOES_ON);
  return `${lines.join('\n')}\n`;
}
