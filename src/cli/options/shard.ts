import { expected } from './option-values.js';
import type { ValueParser } from './option-values.js';

/** One of several runs that share the work: the `index`th of `count`, from 1 on. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MOST = 100_000;

/** `3/16`, and from 0 on as array jobs count: run 0 of N is run N of N, and 0 to N - 1 are all of them as 1 to N are. */
export const shard: ValueParser<Shard> = (text) => {
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || count < 1 || index > count || count > MOST)
    return expected(`a run and how many there are, such as 3/16`);
  return { index: index === 0 ? count : index, count };
};
