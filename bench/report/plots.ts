import { CONCURRENCIES, TEXT_LENGTHS } from '../plan.js';
import type { Results } from '../results.js';
import type { BarChart } from './bar-chart.js';
import { drawBarChart } from './bar-chart.js';

/** The plots of a run by name, those left out for which nothing was measured. */
export function drawPlots(results: Results): [name: string, svg: string][] {
  const main = results.names(/^service \w+\/ready$/)[0]?.split('/')[0] ?? '';
  const charts: Record<string, BarChart> = {
    images: throughput(results, main, 'images', ['image 640x480', 'image 12mp'], {
      name: '640×480 goal: the model alone × 0.85',
      value: 0.85 * results.best(/^raw\/image\//),
    }),
    texts: throughput(
      results,
      main,
      'texts',
      TEXT_LENGTHS.map((tokens) => `text ${tokens}`),
    ),
    queries: queries(results, main),
    variants: variants(results),
  };
  return Object.entries(charts).flatMap(([name, chart]) => {
    const measured = chart.groups.some(({ values }) => values.some(Number.isFinite));
    return measured ? [[name, drawBarChart(chart)] as [string, string]] : [];
  });
}

function throughput(
  results: Results,
  main: string,
  what: string,
  series: readonly string[],
  line?: { name: string; value: number },
): BarChart {
  return {
    title: `${what} over HTTP, ${main}`,
    unit: `${what} a second`,
    series,
    groups: CONCURRENCIES.map((callers) => ({
      name: `${callers} ${callers === 1 ? 'caller' : 'callers'}`,
      values: series.map((kind) => results.median(`${main}/${kind}/${callers} callers`)),
    })),
    ...(line && Number.isFinite(line.value) ? { line } : {}),
  };
}

function queries(results: Results, main: string): BarChart {
  const names = results
    .names(new RegExp(`^${main}/queries/.*/ratio$`))
    .map((name) => name.replace(/\/ratio$/, ''));
  return {
    title: 'p95 of a query: idle, and beside a saturating import',
    unit: 'ms',
    series: ['idle', 'beside the import'],
    groups: names.map((name) => ({
      name: (name.split('/')[2] ?? '').replace(', import of', ' /').replace(' query', ''),
      values: [results.median(`${name}/idle p95`), results.median(`${name}/p95`)],
    })),
  };
}

function variants(results: Results): BarChart {
  const names = results.names(/^service .*\/ready$/).map((name) => name.replace(/\/ready$/, ''));
  const kinds = ['image 640x480', 'text 12'];
  return {
    title: 'precisions and cores, 16 callers',
    unit: 'items a second',
    series: kinds,
    groups: names.map((name) => ({
      name: name.replace('service ', ''),
      values: kinds.map((kind) => results.median(`${name}/${kind}/16 callers`)),
    })),
  };
}
