import { createClient } from '@redis/client';
import { RateLimiterRedis } from 'rate-limiter-flexible';
import type { ItemCounter } from './item-counter.js';
import { MemoryCounter } from './item-counter.js';
import type { OpenCounter } from './item-limits.js';
import { SharedCounter } from './shared-counter.js';

/** A Valkey or Redis in which replicas count together. */
export interface LimitsStore {
  readonly openCounter: OpenCounter;
  close(): void;
}

export interface StoreEvents {
  /** Whenever it is found or lost. */
  readonly onState: (isUp: boolean, error?: Error) => void;
}

/** How often a store that did not answer is asked whether it does again. */
const PROBE_MS = 1000;
const CONNECT_MS = 2000;
const MOST_BETWEEN_TRIES_MS = 2000;
/** Questions that wait at once, each of some hundred bytes. */
const MOST_WAITING = 10_000;

/**
 * In one step: counts items (ARGV[1]) only if they fit into the limit (ARGV[3]) of the window (ARGV[2], seconds), and uncounts no
 * more than there are. Answers what is or would be counted, and how long the window goes on, in milliseconds.
 */
const TAKE_IF_THEY_FIT = `
redis.call('set', KEYS[1], 0, 'EX', ARGV[2], 'NX')
local held = tonumber(redis.call('get', KEYS[1]))
local asked = tonumber(ARGV[1])
local left = redis.call('pttl', KEYS[1])
if held + asked > tonumber(ARGV[3]) and asked > 0 then return {held + asked, left} end
if held + asked < 0 then asked = -held end
return {redis.call('incrby', KEYS[1], asked), left}
`;

/**
 * Connects in the background, for as long as it takes: a service starts, and goes on, without its store.
 * @param url `redis://user:password@host:6379/0`, or `rediss://` with TLS.
 */
export function openLimitsStore(url: string, { onState }: StoreEvents): LimitsStore {
  let isResting = false;
  let probing: NodeJS.Timeout | undefined;
  let wasUp: boolean | undefined;
  const tell = (isUp: boolean, error?: Error) => {
    if (wasUp === isUp) return;
    wasUp = isUp;
    onState(isUp, error);
  };
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MOST_WAITING,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, MOST_BETWEEN_TRIES_MS),
    },
  });
  client.on('ready', () => {
    isResting = false;
    tell(true);
  });
  client.on('error', (error: Error) => tell(false, error));
  void client.connect().catch((error: Error) => tell(false, error));
  const probe = () => {
    client.ping().then(
      () => {
        isResting = false;
        tell(true);
      },
      () => undefined, // a connection that was lost comes back by itself
    );
    probing = setTimeout(() => isResting && probe(), PROBE_MS).unref();
  };
  const state = {
    isUp: () => client.isReady && !isResting,
    lose: (error: Error) => {
      tell(false, error);
      if (isResting) return;
      isResting = true;
      clearTimeout(probing);
      probe();
    },
  };
  return {
    openCounter: (name, rate) => {
      const limiter = new RateLimiterRedis({
        storeClient: client,
        useRedisPackage: true,
        keyPrefix: `handspring:${name}`,
        points: rate.items,
        duration: rate.seconds,
        customIncrTtlLuaScript: TAKE_IF_THEY_FIT,
      });
      return new SharedCounter(inStore(limiter), new MemoryCounter(name, rate), state);
    },
    close: () => {
      isResting = false;
      clearTimeout(probing);
      client.destroy();
    },
  };
}

function inStore(limiter: RateLimiterRedis): ItemCounter {
  return {
    take: (id, items) => limiter.consume(id, items),
    giveBack: async (id, items) => void (await limiter.reward(id, items)),
    left: (id) => limiter.get(id),
  };
}
