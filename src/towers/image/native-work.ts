import { sharp } from './sharp.js';

/** How many images the native decoder has in its hands, in all threads of this process; none of them can be broken off. */
export function countNativeImages(): number {
  const { queue, process: running } = sharp.counters();
  return queue + running;
}
