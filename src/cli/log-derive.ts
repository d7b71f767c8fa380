import type { Logger } from 'pino';
import type { DeriveEvent } from '../open/derive-work.js';

/** What is made of a tower's file, as log lines. */
export function logDerive(log: Logger): (event: DeriveEvent) => void {
  return (event) => {
    const { modality } = event;
    switch (event.kind) {
      case 'waiting':
        return log.info({ modality, folder: event.folder }, 'another process is at it; waiting');
      case 'optimizing':
        return log.info({ modality }, 'optimising the graph; once for this model');
      case 'optimized': {
        const { result } = event;
        const outcome = result.kept ? 'the optimised graph is used' : 'the graph is used as it is';
        return log.info({ modality, ...result }, outcome);
      }
      case 'quantizing':
        return log.info({ modality }, `storing the weights as int8 by ${event.scheme}; once for this model`);
      case 'quantized': {
        const { result, scheme } = event;
        if (!result.kept) return log.info({ modality }, `int8 by ${scheme} is not used: ${result.reason}`);
        const { fidelity, speed } = result.card;
        return log.info({ modality, fidelity, speed: speed.ratio }, 'the int8 weights are used');
      }
    }
  };
}
