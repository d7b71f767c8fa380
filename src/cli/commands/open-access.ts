import type { Logger } from 'pino';
import { ItemLimits } from '../../serve/access/item-limits.js';
import { KeyRing, toKeys } from '../../serve/access/key-ring.js';
import { watchKeysFile } from '../../serve/access/keys-file.js';
import type { Config } from '../options/config.js';
import type { Access } from '../../serve/limits/count-items.js';
import type { Metrics } from '../../serve/metrics.js';

export interface OpenAccess {
  readonly access: Access;
  close(): void;
}

/**
 * Who may call and how much, by the options; nothing where they say nothing.
 * @throws Error if the keys file cannot be used.
 */
export async function openAccess(
  config: Config,
  metrics: Metrics,
  log: Logger,
): Promise<OpenAccess | undefined> {
  const { allowedTokens, keysFile } = config;
  const general = { rate: orNothing(config.rateLimit), quota: orNothing(config.quota) };
  const asksForTokens = allowedTokens.length > 0 || keysFile !== '';
  if (!asksForTokens && !general.rate && !general.quota) return undefined;
  const ring = new KeyRing(toKeys(allowedTokens));
  const close = keysFile === '' ? () => undefined : await followKeysFile(keysFile, ring, metrics, log);
  const isLimited = general.rate !== undefined || general.quota !== undefined || keysFile !== '';
  return {
    access: {
      ring: asksForTokens ? ring : undefined,
      limits: isLimited ? new ItemLimits(general) : undefined,
    },
    close,
  };
}

function orNothing<T>(value: T | 'off'): T | undefined {
  return value === 'off' ? undefined : value;
}

async function followKeysFile(
  file: string,
  ring: KeyRing,
  metrics: Metrics,
  log: Logger,
): Promise<() => void> {
  for (const outcome of ['taken', 'refused']) metrics.keysFileReloads.inc({ outcome }, 0);
  try {
    return await watchKeysFile(file, ring, {
      onReload: (keys, { added, removed, changed }) => {
        metrics.keysFileReloads.inc({ outcome: 'taken' });
        log.info({ keys, added, removed, changed }, 'KEYS_FILE has changed: its keys are in use');
      },
      onFailure: (error) => {
        metrics.keysFileReloads.inc({ outcome: 'refused' });
        log.error({ err: error }, 'KEYS_FILE has changed and cannot be used: the keys from before stay');
      },
    });
  } catch (error) {
    throw new Error(`KEYS_FILE: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
