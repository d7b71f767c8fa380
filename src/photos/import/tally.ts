import type { PassedCounts } from '../passed-over.js';

/** What has become of the files so far. */
export interface Tally {
  /** Photos sent and found again; in a dry run those that would be sent. */
  imported: number;
  unchanged: number;
  failed: number;
  /** Objects removed because their file was replaced or is gone; in a dry run those that would be. */
  removed: number;
  /** Files and folders passed over, by reason. */
  passed: PassedCounts;
  /** Photos read and not sent because of an interruption. */
  left: number;
}

export function emptyTally(): Tally {
  return { imported: 0, unchanged: 0, failed: 0, removed: 0, passed: {}, left: 0 };
}

/** Photos that are done with, whichever way. */
export function settled({ imported, unchanged, failed }: Tally): number {
  return imported + unchanged + failed;
}
