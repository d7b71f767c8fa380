import { CONCURRENCIES, TEXT_LENGTHS } from '../plan.js';
import type { Results } from '../results.js';
import { spreadOf } from '../statistics.js';
import { GOALS } from '../targets.js';
import type { Bar, BarChart } from './bar-chart.js';
import { drawBarChart } from './bar-chart.js';

/** A kind of item: the name of its figures, that in the legend, and what is wanted of the model alone at 16 callers. */
interface Kind {
  readonly figure: string;
  readonly name: string;
  readonly goal?: { readonly raw: RegExp; readonly share: number };
}

const IMAGES: readonly Kind[] = [
  { figure: 'image 640x480', name: '640 × 480', goal: { raw: /^raw\/image\//, share: GOALS.images } },
  { figure: 'image 12mp', name: '12 megapixels' },
];
const TEXTS: readonly Kind[] = TEXT_LENGTHS.map((tokens) => ({
  figure: `text ${tokens}`,
  name: `${tokens} tokens`,
  goal: { raw: new RegExp(`^raw/text ${tokens}/`), share: GOALS.texts },
}));

/** The plots of a run by name, those left out for which nothing was measured. */
export function drawPlots(results: Results): [name: string, svg: string][] {
  const main = results.names(/^service \w+\/ready$/)[0]?.split('/')[0] ?? '';
  const charts: Record<string, BarChart> = {
    images: throughput(results, main, 'images', IMAGES),
    texts: throughput(results, main, 'texts', TEXTS),
    queries: queries(results),
    'variants.images': variants(results, '640 × 480 images', 'image 640x480'),
    'variants.texts': variants(results, 'texts of 12 tokens', 'text 12'),
  };
  return Object.entries(charts).flatMap(([name, chart]) => {
    const measured = chart.groups.some(({ bars }) => bars.some(({ median }) => Number.isFinite(median)));
    return measured ? [[name, drawBarChart(chart)] as [string, string]] : [];
  });
}

function throughput(results: Results, main: string, what: string, kinds: readonly Kind[]): BarChart {
  const share = kinds[0]?.goal?.share;
  return {
    title: `${what} over HTTP, ${main}`,
    unit: `${what} a second`,
    series: kinds.map(({ name }) => name),
    goals: `goal: the model alone × ${share}`,
    groups: CONCURRENCIES.map((callers) => ({
      name: callersName(callers),
      bars: kinds.map(({ figure, goal }) => {
        const name = `${main}/${figure}/${callers} callers`;
        if (callers !== 16 || !goal) return barOf(results, name);
        return barOf(results, name, results.ratios(name, results.bestName(goal.raw)), goal.share);
      }),
    })),
  };
}

function queries(results: Results): BarChart {
  const mains = ['service fp32', 'service int8'].filter(
    (service) => results.names(new RegExp(`^${service}/queries/`)).length > 0,
  );
  const names = new Set(results.names(/^service \w+\/queries\/.*\/ratio$/).map((name) => name.split('/')[2]));
  return {
    title: 'p95 of a query: idle, and beside a saturating import',
    unit: 'ms',
    series: mains.flatMap((main) => ['idle', 'beside'].map((when) => `${main.split(' ')[1]}, ${when}`)),
    goals: `goal: ${GOALS.queries} × idle`,
    groups: [...names].map((query = '') => ({
      name: query.replace(', import of', ' /').replace(' query', ''),
      bars: mains.flatMap((main) => {
        const figure = `${main}/queries/${query}`;
        const beside = barOf(results, `${figure}/p95`, results.values(`${figure}/ratio`), GOALS.queries);
        return [barOf(results, `${figure}/idle p95`), beside];
      }),
    })),
  };
}

function variants(results: Results, what: string, figure: string): BarChart {
  const names = results.names(/^service .*\/ready$/).map((name) => name.replace(/\/ready$/, ''));
  return {
    title: `precisions and cores: ${what}, 16 callers`,
    unit: 'a second',
    series: [what],
    groups: names.map((name) => ({
      name: name.replace('service ', ''),
      bars: [barOf(results, `${name}/${figure}/16 callers`)],
    })),
  };
}

/** The bar of a figure; its goal is where the bar would end if the ratio that is judged were just the one wanted. */
function barOf(results: Results, name: string, ratios: readonly number[] = [], wanted = NaN): Bar {
  const bar = spreadOf(results.values(name));
  const goal = (bar.median * wanted) / spreadOf(ratios).median;
  return Number.isFinite(goal) ? { ...bar, goal } : bar;
}

export function callersName(callers: number): string {
  return `${callers} ${callers === 1 ? 'caller' : 'callers'}`;
}
