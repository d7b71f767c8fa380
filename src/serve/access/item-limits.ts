import { RateLimiterRes } from 'rate-limiter-flexible';
import { HandspringError } from '../../core/errors.js';
import { MemoryCounter } from './item-counter.js';
import type { ItemCounter } from './item-counter.js';
import type { Rate } from './rate.js';

/** Who is counted: a key's holder or an address, with limits of their own if they have any. */
export interface Caller {
  readonly id: string;
  readonly rate?: Rate | undefined;
  readonly quota?: Rate | undefined;
}

/** What a caller has left of one limit. */
export interface Balance {
  readonly policy: 'rate' | 'quota';
  readonly limit: Rate;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Makes the counter of a limit, whose name is no other one's. */
export type OpenCounter = (name: string, limit: Rate) => ItemCounter;

const OPTION = { rate: 'RATE_LIMIT', quota: 'QUOTA' } as const;

/** Items per caller and window: in the memory of this process, so that replicas count apart and a restart begins anew, or where replicas count together. */
export class ItemLimits {
  readonly #counters = new Map<string, ItemCounter>();
  readonly #openCounter: OpenCounter;
  readonly #general: { readonly rate?: Rate | undefined; readonly quota?: Rate | undefined };

  /** @param general The limits of callers that have none of their own. */
  constructor(
    general: { readonly rate?: Rate | undefined; readonly quota?: Rate | undefined },
    openCounter: OpenCounter = (name, limit) => new MemoryCounter(name, limit),
  ) {
    this.#general = general;
    this.#openCounter = openCounter;
  }

  /**
   * Counts items against the caller's limits and tells what is left. Items that are refused are not counted.
   * @throws HandspringError `rate_limited` that names the limit and says when to come back.
   */
  async take(caller: Caller, items: number): Promise<Balance[]> {
    const balances: Balance[] = [];
    for (const [policy, limit] of this.#limitsOf(caller)) {
      const left = await this.#consume(policy, limit, caller, items);
      if (left instanceof RateLimiterRes) balances.push(toBalance(policy, limit, left));
      else {
        for (const { policy: earlier, limit } of balances)
          await this.#giveBackOne(earlier, limit, caller, items);
        throw left.error;
      }
    }
    return balances;
  }

  /** What the caller has left at this moment. */
  async balances(caller: Caller): Promise<Balance[]> {
    return Promise.all(
      this.#limitsOf(caller).map(async ([policy, limit]) => {
        const left = await this.#counter(policy, limit).left(caller.id);
        return toBalance(policy, limit, left ?? new RateLimiterRes(limit.items, limit.seconds * 1000));
      }),
    );
  }

  /** Uncounts items that the service could not serve. */
  async giveBack(caller: Caller, items: number): Promise<void> {
    for (const [policy, limit] of this.#limitsOf(caller))
      await this.#giveBackOne(policy, limit, caller, items);
  }

  #limitsOf(caller: Caller): [Balance['policy'], Rate][] {
    const { rate = this.#general.rate, quota = this.#general.quota } = caller;
    return [
      ...(rate ? [['rate', rate] as ['rate', Rate]] : []),
      ...(quota ? [['quota', quota] as ['quota', Rate]] : []),
    ];
  }

  async #consume(policy: Balance['policy'], limit: Rate, caller: Caller, items: number) {
    try {
      return await this.#counter(policy, limit).take(caller.id, items);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      return { error: tooMany(policy, limit, refused, items) };
    }
  }

  async #giveBackOne(policy: Balance['policy'], limit: Rate, caller: Caller, items: number): Promise<void> {
    await this.#counter(policy, limit).giveBack(caller.id, items);
  }

  #counter(policy: Balance['policy'], limit: Rate): ItemCounter {
    const name = `${policy} ${limit.text}`;
    let counter = this.#counters.get(name);
    if (!counter) {
      counter = this.#openCounter(name, limit);
      this.#counters.set(name, counter);
    }
    return counter;
  }
}

function toBalance(policy: Balance['policy'], limit: Rate, left: RateLimiterRes): Balance {
  return {
    policy,
    limit,
    remaining: left.remainingPoints,
    resetSeconds: secondsLeft(limit, left),
  };
}

function tooMany(
  policy: Balance['policy'],
  limit: Rate,
  left: RateLimiterRes,
  items: number,
): HandspringError {
  const name = `${OPTION[policy]}=${limit.text}`;
  if (items > limit.items) {
    return new HandspringError(
      'payload_too_large',
      `expected at most ${limit.items} texts and images (${name}), received ${items}`,
      { reason: policy, limit: OPTION[policy] },
    );
  }
  const seconds = secondsLeft(limit, left);
  return new HandspringError(
    'rate_limited',
    `${items} more texts and images would exceed ${name}; try again in ${seconds} s`,
    { reason: policy, limit: OPTION[policy], retryAfterSeconds: seconds },
  );
}

/** Within the window, even where the clock has been set meanwhile: windows end by a timer. */
function secondsLeft(limit: Rate, left: RateLimiterRes): number {
  return Math.min(limit.seconds, Math.max(1, Math.ceil(left.msBeforeNext / 1000)));
}
