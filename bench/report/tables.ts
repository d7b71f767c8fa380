import type { MachineFacts } from '../machine.js';
import type { Plan } from '../plan.js';
import type { Results } from '../results.js';
import { judge } from '../targets.js';

/** All figures of a run as Markdown: the goals first, then everything by its first word. */
export function renderTables(
  results: Results,
  machine: MachineFacts,
  settings: Plan & { readonly model: string; readonly precision: string },
): string {
  const sections = [
    ['The model alone', /^raw\//],
    ['Each stage alone, one item, one thread (encoders: all cores)', /^stage\//],
    ['The service', /^service /],
  ] as const;
  const parts = sections.map(([title, pattern]) => renderFigures(title, results, pattern));
  const { cpu, coresAllowed, instructionSets, memoryGiB, system, node, onnxruntime, loadBefore } = machine;
  return [
    `${settings.model}, ${settings.rounds} rounds; medians.`,
    '',
    `${cpu}, ${coresAllowed} cores (${instructionSets.join(', ')}), ${memoryGiB} GiB, ${system}, Node ${node}, ` +
      `ONNX Runtime ${onnxruntime}; load average before the run ${loadBefore}.`,
    '',
    ...renderTargets(results),
    ...parts.flat(),
  ].join('\n');
}

function renderTargets(results: Results): string[] {
  const rows = judge(results).map(
    ({ what, wanted, found, unit, reached }) =>
      `| ${what} | ${wanted} | ${`${found.toFixed(2)} ${unit}`.trim()} | ${reached ? 'yes' : '**no**'} |`,
  );
  if (rows.length === 0) return [];
  return ['| to reach | wanted | found | reached |', '|---|--:|--:|---|', ...rows, ''];
}

function renderFigures(title: string, results: Results, pattern: RegExp): string[] {
  const names = results.names(pattern);
  if (names.length === 0) return [];
  const rows = names.map((name) => `| ${name} | ${format(results.median(name))} | ${results.unit(name)} |`);
  return [`## ${title}`, '', '| | median | |', '|---|--:|---|', ...rows, ''];
}

function format(value: number): string {
  return String(Number(value.toPrecision(3)));
}
