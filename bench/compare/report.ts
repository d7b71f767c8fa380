import type { MachineFacts } from '../machine.js';
import { describeRun, renderFailures, toMarkdown } from '../report/tables.js';
import type { Row } from '../report/tables.js';
import type { Results } from '../results.js';
import { spreadOf } from '../statistics.js';

/** What was compared, and where vectors could not be. */
export interface Comparison {
  readonly urls: readonly string[];
  readonly rounds: number;
  readonly disagreements: readonly string[];
}

/** All figures of a comparison of servers as Markdown: a row for each load, a column for each server. */
export function renderComparison(
  results: Results,
  machine: MachineFacts,
  { urls, rounds, disagreements }: Comparison,
): string {
  const [first = '', ...others] = urls;
  const figures = results.names(/./).filter((name) => name.startsWith(`${first}/`));
  const own = (pattern: RegExp) =>
    figures.map((name) => name.slice(first.length)).filter((name) => pattern.test(name));
  const medians = (names: readonly string[]) =>
    names.map((name): Row => [name.slice(1), urls.map((url) => results.median(url + name))]);
  const loads = own(/ callers$/);
  const ratios = loads.map((load): Row => [
    load.slice(1),
    others.map((url) => spreadOf(results.ratios(first + load, url + load))),
  ]);
  const agreement = others.flatMap((url) => {
    const names = results.names(/\/agreement\//).filter((name) => name.startsWith(`${url}/`));
    return names.map((name): Row => [name, [results.median(name)]]);
  });
  return [
    ...describeRun(machine, { model: urls.join(' and '), rounds }),
    ...renderFailures(results),
    ...disagreements.map((line) => `**Disagreement**: ${line}\n`),
    ...toMarkdown('Items a second', urls, medians(loads)),
    ...toMarkdown(`${first} ÷ each: median of the rounds, and what they lie between`, others, ratios),
    ...toMarkdown('p95 in milliseconds', urls, medians(own(/ callers\/p95$/))),
    ...toMarkdown('Queries, idle and beside an import', urls, medians(own(/^\/queries\//))),
    ...toMarkdown(`Vectors of the same items against those of ${first}`, ['value'], agreement, 6),
  ].join('\n');
}
