import { LN_20, baseMs, isReachable, leastP95Ms, planCapacity } from './capacity-model.js';
import type { Assumed, Measured, Plan, Target, Variant } from './capacity-model.js';

export interface CapacityInputs {
  readonly measured: Measured;
  readonly assumed: Assumed;
  readonly targets: readonly Target[];
}

/** `deploy/capacity.md`, whole. */
export function renderCapacity(inputs: CapacityInputs): string {
  const { measured, assumed, targets } = inputs;
  const example = targets.findLast((target) => isReachable(target, measured));
  return `${[
    '# How much of it do I need?',
    'Made from [capacity.json](capacity.json) by `node dist/bench/capacity.js --write`: set your own targets and prices there. ' +
      'For one target on the command line: `node dist/bench/capacity.js --photos-per-day 200000 --queries-per-second 20 --p95 200`.',
    '## Measured',
    renderMeasured(measured),
    '## Replicas and threads',
    'On the same cores, behind `deploy/nginx`, one photo or text a request, 16 under way, the load on these cores too. ' +
      'The last but one column is one text at a time while photos are imported as fast as they go.',
    renderVariants(measured.variants),
    renderAdvice(measured),
    '## From a target to a bill',
    renderTargets(inputs),
    ...(example
      ? [`## The arithmetic, for “${example.name}”`, renderArithmetic(example, measured, assumed)]
      : []),
    '## What the model leaves out',
    LIMITS,
  ].join('\n\n')}\n`;
}

function renderMeasured(measured: Measured): string {
  return table(
    ['what', 'value'],
    [
      ['model', measured.model],
      [
        'machine',
        `${measured.machine}, ${measured.cores} cores, load average before: ${measured.loadAverage}`,
      ],
      ['photos', measured.photos],
      ['the best shape of a replica', plural(measured.coresPerReplica, 'core')],
      ['images/s per core', format(measured.imagesPerSecondPerCore)],
      ['texts/s per core', format(measured.textsPerSecondPerCore)],
      ['one text, alone', `${format(measured.textAloneMs)} ms`],
      ['one text during an import, p95', `${format(measured.textP95DuringImportMs)} ms`],
      ['memory of a replica', `${format(measured.memoryMiBPerReplica)} MiB`],
      ['command', `\`${measured.command}\``],
    ],
  );
}

function renderVariants(variants: readonly Variant[]): string {
  return table(
    [
      'replicas',
      'threads',
      'images/s',
      'texts/s',
      'image p95, ms',
      'text p95 beside an import, ms',
      'memory, MiB',
    ],
    variants.map((row) => [
      String(row.replicas),
      String(row.threads),
      `${format(row.imagesPerSecond)} (${row.rawImagesPerSecond.map(format).join(', ')})`,
      `${format(row.textsPerSecond)} (${row.rawTextsPerSecond.map(format).join(', ')})`,
      format(row.imageP95Ms),
      format(row.textP95DuringImportMs),
      format(row.memoryMiB),
    ]),
  );
}

/** What the rows say, in words. */
function renderAdvice({ variants, cores, coresPerReplica }: Measured): string {
  const most = best(variants, (row) => -row.imagesPerSecond);
  const quickest = best(variants, (row) => row.textP95DuringImportMs);
  const single = variants.find(({ replicas, threads }) => replicas === 1 && threads === cores);
  if (!most || !quickest || !single)
    throw new Error('expected variants with one replica of all cores among them');
  return [
    `Most photos: ${name(most)}, ${format(most.imagesPerSecond)} a second, against ${format(single.imagesPerSecond)} of ` +
      `${name(single)}, for ${format(most.memoryMiB / single.memoryMiB)} times the memory. ` +
      `Quickest texts beside an import: ${name(quickest)}, p95 ${format(quickest.textP95DuringImportMs)} ms, ` +
      `against ${format(single.textP95DuringImportMs)} ms of ${name(single)}.`,
    coresPerReplica === cores
      ? 'So a replica does best with all the cores of its machine, and THREADS left alone. More replicas on the same cores are for ' +
        'going on while one is killed or replaced; for more photos, add cores.'
      : `So where photos count and memory is there, give a replica ${plural(coresPerReplica, 'core')} and ` +
        `THREADS=${coresPerReplica}; one that dies is then a smaller loss, too.`,
  ].join('\n\n');
}

function renderTargets({ measured, assumed, targets }: CapacityInputs): string {
  return table(
    ['', 'photos a day', 'within', 'queries/s', 'p95, ms', 'cores', 'replicas', 'a month'],
    targets.map((target) => {
      const asked = [
        target.name,
        target.photosPerDay.toLocaleString('en'),
        `${target.importHours} h`,
        String(target.queriesPerSecond),
        String(target.p95Ms),
      ];
      if (!isReachable(target, measured))
        return [...asked, '', `not below ${format(leastP95Ms(measured))} ms`, ''];
      const plan = planCapacity(target, measured, assumed);
      return [
        ...asked,
        format(plan.imageCores + plan.textCores),
        `${replicasOf(plan)} of ${plural(measured.coresPerReplica, 'core')}`,
        format(plan.costPerMonth),
      ];
    }),
  );
}

function replicasOf({ apart, replicas: { mixed, photos, queries } }: Plan): string {
  return apart ? `${photos} for photos, ${queries} for queries,` : String(mixed);
}

function renderArithmetic(target: Target, measured: Measured, assumed: Assumed): string {
  const plan = planCapacity(target, measured, assumed);
  const { coresPerReplica } = measured;
  const { usableShare, spareReplicas, pricePerCoreHour, pricePerGiBHour, hoursPerMonth } = assumed;
  const base = baseMs(target, measured, plan.apart);
  const { mixed, photos, queries } = plan.replicas;
  const forQueries = Math.ceil(target.queriesPerSecond / plan.queriesPerReplica);
  return [
    `1. Photos a second: ${target.photosPerDay.toLocaleString('en')} / (${target.importHours} h × 3600) = ${format(plan.photosPerSecond)}.`,
    `2. Cores for them: ${format(plan.photosPerSecond)} / ${format(measured.imagesPerSecondPerCore)} a core / ${usableShare} usable = ${format(plan.imageCores)}.`,
    `3. Cores for queries: ${target.queriesPerSecond} / ${format(measured.textsPerSecondPerCore)} a core / ${usableShare} usable = ${format(plan.textCores)}.`,
    `4. A query beside an import takes ${format(measured.textP95DuringImportMs)} ms (p95), and ${target.p95Ms} ms are asked for: ` +
      (plan.apart
        ? 'queries need replicas of their own, with an address of their own.'
        : 'photos and queries can share replicas.'),
    `5. Queries a second that one replica answers in time: their p95 is b + s · ln 20 · ρ / (1 − ρ), with b = ${format(base)} ms to begin with, ` +
      `s = ${format(measured.textAloneMs)} ms for a text and ln 20 = ${LN_20.toFixed(2)}; within ${target.p95Ms} ms that is ` +
      `ρ / s = ${format(plan.queriesPerReplica)}. Replicas: ⌈${target.queriesPerSecond} / ${format(plan.queriesPerReplica)}⌉ = ${forQueries}.`,
    plan.apart
      ? `6. Replicas for photos: ⌈${format(plan.imageCores)} / ${coresPerReplica}⌉ + ${spareReplicas} to spare = ${photos}; for queries: ` +
        `the larger of ⌈${format(plan.textCores)} / ${coresPerReplica}⌉ and ${forQueries}, + ${spareReplicas} to spare = ${queries}.`
      : `6. Replicas: the larger of ⌈${format(plan.imageCores + plan.textCores)} / ${coresPerReplica}⌉ and ${forQueries}, + ${spareReplicas} to spare = ${mixed}.`,
    `7. A month: ${mixed + photos + queries} × (${plural(coresPerReplica, 'core')} × ${pricePerCoreHour} + ${format(measured.memoryMiBPerReplica / 1024)} GiB × ${pricePerGiBHour}) × ${hoursPerMonth} h = ${format(plan.costPerMonth)}.`,
  ].join('\n');
}

const LIMITS = [
  '- The prices are examples, in whatever currency yours are. A replica is billed for what it asks for, so put that where it is more than what it uses.',
  '- Larger photos cost more to decode: measure with your own. Another model costs what it costs: run the bench with it.',
  '- The p95 is that of the vector. Weaviate’s own search comes on top, and so does a queue of queries that come all at once.',
  '- A core of another machine is another core.',
].join('\n');

function best(variants: readonly Variant[], cost: (row: Variant) => number): Variant | undefined {
  return variants.reduce<Variant | undefined>((a, b) => (a && cost(a) <= cost(b) ? a : b), undefined);
}

function name({ replicas, threads }: Variant): string {
  return `${plural(replicas, 'replica')} × ${plural(threads, 'thread')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Three digits that count, and no more: the figures are no better. */
function format(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return Number(value.toPrecision(value < 1 ? 2 : 3)).toString();
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
