/**
 * The value of one series in the text format of Prometheus; NaN if it is not there.
 * @param series The metric's name, with its labels as they are printed.
 */
export function metricIn(exposition: string, series: string): number {
  const line = exposition.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return Number(line?.slice(series.length) ?? NaN);
}

/** The value of one series that a service tells now. */
export async function readMetric(url: string, series: string): Promise<number> {
  return metricIn(await (await fetch(`${url}/metrics`)).text(), series);
}
