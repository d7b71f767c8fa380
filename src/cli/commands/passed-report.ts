import type { BaseLogger } from 'pino';
import type { PassedOver } from '../../photos/index/folder-listing.js';
import { describePassed, PASSED_OVER } from '../../photos/passed-over.js';
import type { PassedReason } from '../../photos/passed-over.js';

/**
 * A listener that logs what a folder's listings pass over: how many for each reason, whenever that is another number than
 * before, and, if asked for, each by its name, once.
 */
export function createPassedReport(
  log: Pick<BaseLogger, 'info'>,
  showEach: boolean,
): (passed: readonly PassedOver[]) => void {
  let before = '{}';
  const told = new Set<string>();
  return (passed) => {
    const counts: Partial<Record<PassedReason, number>> = {};
    for (const { path, reason } of passed) {
      counts[reason] = (counts[reason] ?? 0) + 1;
      if (!showEach || told.has(path)) continue;
      told.add(path);
      log.info({ file: path, reason: PASSED_OVER[reason] }, 'passed over');
    }
    if (JSON.stringify(counts) !== before)
      log.info(counts, `${describePassed(counts)}; --show-passed names each`);
    before = JSON.stringify(counts);
  };
}
