import { expected } from './option-values.js';
import type { ValueParser } from './option-values.js';

/** One of several runs that share the work: the `index`th of `count`, from 1 on. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

const MOST = 100_000;

/** `3/16` */
export const shard: ValueParser<Shard> = (text) => {
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index === undefined || count === undefined || index < 1 || index > count || count > MOST)
    return expected(`a run and how many there are, such as 3/16`);
  return { index, count };
};
