import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { wholeNumber } from '../src/cli/options/option-values.js';
import { median } from '../src/core/median.js';
import { readIfThere } from '../src/core/optional-file.js';
import { runArguments } from '../src/core/own-module.js';
import { loadModelFolder } from '../src/models/folder/folder.js';
import { option, optionalOption, perform, existingFolder, readCommand, toggle } from './command.js';
import { makePhoto } from './load/photos.js';
import { describeMachine } from './machine.js';
import { measureRate } from './measure/rate.js';
import { imageRun, openRaw } from './measure/raw-session.js';
import { ensureRandomModel } from './model/bench-model.js';
import { spreadOf } from './statistics.js';

const MAIN = runArguments(new URL('../src/cli/main.js', import.meta.url));
const BATCHES = [1, 2, 4, 8, 16];
/** Photos that differ; the others are links to them, which nothing that embeds files can tell. */
const DIFFERENT = 16;
/** After so many rows it is warm. */
const WARM_ROWS = 64;
/** A turn of each: long enough for several batches, short enough for what the machine does meanwhile to meet both. */
const RAW_SECONDS = 4;
const EMBED_SECONDS = 12;
/** Clock ticks a second in which Linux counts a process's time. */
const TICKS = 100;

const options = readCommand(
  'npm run bench:embed --',
  '`handspring embed` over a folder of 640×480 photos against ONNX Runtime alone at its best batch. They take turns within ' +
    'seconds: while one is measured, the other is stopped. See bench/README.md.',
  {
    turns: option('N', 'How often each is measured.', wholeNumber(1, 1000), '12'),
    photos: option(
      'N',
      'Photos in the folder; more than can be embedded in all turns.',
      wholeNumber(16, 1_000_000),
      '20000',
    ),
    model: optionalOption(
      'DIR',
      'A model with an image tower, in place of a ViT-B/32 with random weights.',
      existingFolder,
    ),
    optimize: toggle('Embed with OPTIMIZE=on; raw has the graph as it is.'),
  },
);

await perform(async () => {
  const model = options.model ?? (await ensureRandomModel('vit-b-32'));
  const machine = describeMachine();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-bench-embed-'));
  try {
    await makePhotos(path.join(folder, 'photos'), options.photos);
    const turns = await measureInTurns(model, folder);
    const { least, most } = spreadOf(turns.map(({ raw, embed }) => embed.rate / raw.rate));
    const sum = (name: keyof Turn) => turns.reduce((all, turn) => all + turn[name].rate, 0);
    const cpuOf = (name: keyof Turn) => median(turns.map((turn) => turn[name].cpuSeconds));
    const { cpu, coresAllowed, onnxruntime, loadBefore } = machine;
    process.stdout.write(
      `embed ÷ raw over all turns: ${(sum('embed') / sum('raw')).toFixed(2)} (single turns ${least.toFixed(2)} to ${most.toFixed(2)}, ${turns.length} of them)\n` +
        `processor seconds an image, medians: raw ${cpuOf('raw').toFixed(4)}, embed ${cpuOf('embed').toFixed(4)}; raw ÷ embed ${(cpuOf('raw') / cpuOf('embed')).toFixed(2)}\n` +
        `${cpu}, ${coresAllowed} cores, ONNX Runtime ${onnxruntime}, load before ${loadBefore.toFixed(1)}\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function makePhotos(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  for (let n = 0; n < count; n++) {
    const file = path.join(folder, `${n}.jpg`);
    if (n < DIFFERENT) await writeFile(file, await makePhoto('640x480', n + 1));
    else await link(path.join(folder, `${n % DIFFERENT}.jpg`), file);
  }
}

interface Measured {
  /** Images a second. */
  readonly rate: number;
  /** Of the processors for an image, of all threads: what others do on the machine changes it little. */
  readonly cpuSeconds: number;
}

interface Turn {
  readonly raw: Measured;
  readonly embed: Measured;
}

async function measureInTurns(modelFolder: string, folder: string): Promise<Turn[]> {
  const model = await loadModelFolder(modelFolder, { modalities: ['image'] });
  const session = await openRaw(model.towers['image']!.file);
  const rawRate = async (batch: number, seconds: number) =>
    batch * (await measureRate(await imageRun(session, model, batch), seconds));
  const out = path.join(folder, 'vectors.npy');
  const args = [
    'embed',
    path.join(folder, 'photos'),
    '--model',
    modelFolder,
    '--modalities',
    'image',
    '--out',
    out,
  ];
  const child = spawn(process.execPath, [...MAIN, ...args, ...(options.optimize ? ['--optimize'] : [])], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await untilAtWork(child, out);
    child.kill('SIGSTOP');
    const best = await bestBatch(rawRate);
    const turns: Turn[] = [];
    for (let turn = 0; turn < options.turns; turn++) {
      const measureRaw = () => measureOwn(() => rawRate(best, RAW_SECONDS));
      const isRawFirst = turn % 2 === 0;
      const first = isRawFirst ? await measureRaw() : undefined;
      const embed = await measureEmbed(child, out);
      const raw = first ?? (await measureRaw());
      turns.push({ raw, embed });
      process.stderr.write(
        `turn ${turn + 1}: raw at batch ${best} ${raw.rate.toFixed(1)}, embed ${embed.rate.toFixed(1)} images/s\n`,
      );
    }
    return turns;
  } finally {
    child.kill('SIGKILL');
    child.kill('SIGCONT');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    await session.release();
  }
}

async function bestBatch(rawRate: (batch: number, seconds: number) => Promise<number>): Promise<number> {
  const rates = BATCHES.map((batch) => ({ batch, rates: [] as number[] }));
  for (let round = 0; round < 3; round++)
    for (const { batch, rates: own } of rates) own.push(await rawRate(batch, 1));
  return rates.reduce((best, one) => (median(one.rates) > median(best.rates) ? one : best)).batch;
}

/** Rows that are written so far: lines of their index. */
async function countRows(out: string): Promise<number> {
  const index = await readIfThere(`${out}.jsonl.part`);
  return index?.split('\n').length ?? 0;
}

/** Waits until it is at work, whatever it had to load. */
async function untilAtWork(child: ChildProcess, out: string): Promise<void> {
  while ((await countRows(out)) < WARM_ROWS) {
    if (child.exitCode !== null) throw new Error('embed ended before it was measured');
    await sleep(50);
  }
}

/** What this process does in a turn; the share of the time in which nothing was counted is that of the processors, too. */
async function measureOwn(measure: () => Promise<number>): Promise<Measured> {
  const [before, startMs] = [process.cpuUsage(), performance.now()];
  const rate = await measure();
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { rate, cpuSeconds: (user + system) / 1e6 / (rate * seconds) };
}

/** Processor seconds of a process since it began; NaN where the system does not tell them as Linux does. */
async function cpuSecondsOf({ pid }: ChildProcess): Promise<number> {
  const facts = await readIfThere(`/proc/${pid}/stat`);
  const [user, system] = (facts?.slice(facts.lastIndexOf(')')).split(' ') ?? []).slice(12, 14).map(Number);
  return ((user ?? NaN) + (system ?? NaN)) / TICKS;
}

/** What comes of it in a turn. */
async function measureEmbed(child: ChildProcess, out: string): Promise<Measured> {
  const [before, cpuBefore, startMs] = [await countRows(out), await cpuSecondsOf(child), performance.now()];
  child.kill('SIGCONT');
  await sleep(EMBED_SECONDS * 1000);
  child.kill('SIGSTOP');
  const seconds = (performance.now() - startMs) / 1000;
  const rows = (await countRows(out)) - before;
  return { rate: rows / seconds, cpuSeconds: ((await cpuSecondsOf(child)) - cpuBefore) / rows };
}
