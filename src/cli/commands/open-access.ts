import type { Logger } from 'pino';
import { ItemLimits } from '../../serve/access/item-limits.js';
import { KeyRing, toKeys } from '../../serve/access/key-ring.js';
import type { LimitsStore } from '../../serve/access/limits-store.js';
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
  const store = config.limitsUrl === '' ? undefined : await followStore(config.limitsUrl, metrics, log);
  const isLimited = general.rate !== undefined || general.quota !== undefined || keysFile !== '';
  return {
    access: {
      ring: asksForTokens ? ring : undefined,
      limits: isLimited ? new ItemLimits(general, store?.openCounter) : undefined,
    },
    close: () => {
      close();
      store?.close();
    },
  };
}

function orNothing<T>(value: T | 'off'): T | undefined {
  return value === 'off' ? undefined : value;
}

async function followStore(url: string, metrics: Metrics, log: Logger): Promise<LimitsStore> {
  const { host: store } = new URL(url); // never its password
  metrics.limitsStoreUp.set({ store }, 0);
  const { openLimitsStore } = await import('../../serve/access/limits-store.js');
  return openLimitsStore(url, {
    onState: (isUp, error) => {
      metrics.limitsStoreUp.set({ store }, isUp ? 1 : 0);
      if (isUp) log.info({ store }, 'LIMITS_URL: replicas count their callers together');
      else
        log.error(
          { err: error, store },
          'LIMITS_URL: no answer; until there is one, each replica counts for itself',
        );
    },
  });
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
