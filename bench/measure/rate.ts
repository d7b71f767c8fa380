/** How often `work` can be done in a second: for at least so many seconds, after one time that is not counted. */
export async function measureRate(work: () => unknown, seconds: number): Promise<number> {
  await work();
  const startMs = performance.now();
  let runs = 0;
  for (let nowMs = startMs; nowMs - startMs < seconds * 1000 || runs < 3; nowMs = performance.now()) {
    await work();
    runs++;
  }
  return (runs * 1000) / (performance.now() - startMs);
}
