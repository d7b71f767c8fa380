export interface LoadResult {
  readonly perSecond: number;
  readonly meanMs: number;
  readonly p95Ms: number;
}

/**
 * Posts the bodies in turn, always so many under way, for so many seconds.
 * @throws Error if any answer is not 200: a bench of refusals measures nothing.
 */
export async function runLoad(
  url: string,
  bodies: readonly string[],
  underWay: number,
  seconds: number,
): Promise<LoadResult> {
  const started = performance.now();
  const until = started + seconds * 1000;
  const timesMs: number[] = [];
  let next = 0;
  const client = async () => {
    while (performance.now() < until) {
      const sent = performance.now();
      const body = bodies[next++ % bodies.length] ?? '';
      const response = await fetch(url, { method: 'POST', body });
      const answer = await response.text();
      if (response.status !== 200) throw new Error(`${response.status}: ${answer}`);
      timesMs.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: underWay }, client));
  const tookSeconds = (performance.now() - started) / 1000;
  timesMs.sort((a, b) => a - b);
  return {
    perSecond: timesMs.length / tookSeconds,
    meanMs: timesMs.reduce((sum, ms) => sum + ms, 0) / timesMs.length,
    p95Ms: timesMs[Math.ceil(timesMs.length * 0.95) - 1] ?? NaN,
  };
}
