import { Piscina } from 'piscina';
import type * as jobs from './jobs.js';

type Jobs = typeof jobs;

/**
 * Runs one of `jobs.ts` in a thread of its own, which ends with it, so that the caller's event loop stays free. Takes
 * and answers what a thread can be sent: plain values and typed arrays, which are copied; give large models as paths.
 * @param stop Ends the thread when it is aborted, and what it was writing stays.
 * @throws what the job throws; an AbortError.
 */
export async function inBackground<Name extends keyof Jobs>(
  name: Name,
  job: Parameters<Jobs[Name]>[0],
  stop?: AbortSignal,
): Promise<Awaited<ReturnType<Jobs[Name]>>> {
  const pool = new Piscina({
    filename: new URL('./jobs.js', import.meta.url).href,
    minThreads: 1,
    maxThreads: 1,
  });
  try {
    return (await pool.run(job, { name, ...(stop ? { signal: stop } : {}) })) as Awaited<
      ReturnType<Jobs[Name]>
    >;
  } finally {
    await pool.destroy();
  }
}
