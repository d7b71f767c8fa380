import type { Logger } from 'pino';
import type { Observer } from '../core/observer.js';

/** An observer that also writes to the log what an operator should know of encoders. */
export function observeLog(log: Logger, observer: Observer = {}): Observer {
  return {
    ...observer,
    onEncoderReady: (facts) => {
      const { name: modality, dimensions, loadMs, warmUpMs } = facts;
      observer.onEncoderReady?.(facts);
      log.info(
        { modality, dimensions, loadMs: Math.round(loadMs), warmUpMs: Math.round(warmUpMs) },
        'tower ready',
      );
    },
    onEncoderDeath: (name, error) => {
      observer.onEncoderDeath?.(name, error);
      log.error({ err: error, modality: name }, 'the tower thread died; another one is started');
    },
  };
}
