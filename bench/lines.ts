import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Writable } from 'node:stream';
import { text, wholeNumber } from '../src/cli/options/option-values.js';
import { median } from '../src/core/median.js';
import { runArguments } from '../src/core/own-module.js';
import { option, perform, readCommand } from './command.js';
import { describeMachine } from './machine.js';
import { readTreeMemory } from './measure/memory.js';

const MAIN = runArguments(new URL('../src/cli/main.js', import.meta.url));
/** What a `.npy` has before its numbers. */
const HEAD_BYTES = 128;
const LOOK_EVERY_MS = 500;
const MOST = 1_000_000_000;

const options = readCommand(
  'npm run bench:lines --',
  'Short texts by the million through `handspring embed`: `--texts -`, killed at its half and gone on with, and `-`, whose ' +
    'requests are answered line by line. How fast, in how much memory from quarter to quarter, and whether each is there once.',
  {
    lines: option('number', 'Lines for --texts -; 0 leaves it out.', wholeNumber(0, MOST), '1000000'),
    requests: option('number', 'Requests for -; 0 leaves it out.', wholeNumber(0, MOST), '200000'),
    model: option('model', 'From the catalogue, or a folder.', text('a model'), 'starter'),
  },
);

await perform(async () => {
  const { cpu, coresAllowed, onnxruntime, loadBefore } = describeMachine();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-bench-lines-'));
  try {
    if (options.lines > 0) await measureLines(path.join(folder, 'vectors.npy'));
    if (options.requests > 0) await measureRequests();
    process.stdout.write(
      `${cpu}, ${coresAllowed} cores, ONNX Runtime ${onnxruntime}, load before ${loadBefore.toFixed(1)}\n`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function textOf(line: number): string {
  return `photo ${line} of a cat`;
}

/** Killed when half of the lines are given to it, and begun again with all of them. */
async function measureLines(out: string): Promise<void> {
  const { lines } = options;
  const args = ['--texts', '-', '--out', out, '--resume'];
  const startMs = performance.now();
  const killed = start(args, 'ignore');
  const [killedMemory] = await Promise.all([
    watchMemory(killed),
    write(killed.stdin!, Math.ceil(lines / 2), (n) => `${textOf(n)}\n`).then(() => killed.kill('SIGKILL')),
  ]);
  const { size } = await stat(`${out}.part`);
  const again = start(args, 'ignore');
  const ended = endOf(again);
  const [memory] = await Promise.all([
    watchMemory(again),
    write(again.stdin!, lines, (n) => `${textOf(n)}\n`).then(() => again.stdin!.end()),
    ended,
  ]);
  const seconds = (performance.now() - startMs) / 1000;
  await checkRows(out, lines);
  const whole = (await stat(out)).size - HEAD_BYTES;
  const share = Math.round((100 * (size - HEAD_BYTES)) / whole);
  process.stdout.write(
    `--texts -: ${lines} lines in ${seconds.toFixed(0)} s, ${(lines / seconds).toFixed(0)} a second, killed when ${share} % were there and gone on with; each there once, in order\n` +
      `  MiB by quarters: ${killedMemory.join(', ')}, killed; ${memory.join(', ')}\n`,
  );
}

/** Each line has its row, and there are no others. */
async function checkRows(out: string, count: number): Promise<void> {
  let rows = 0;
  for await (const line of createInterface(createReadStream(`${out}.jsonl`))) {
    const expected = { row: rows, text: textOf(++rows), line: rows };
    if (line !== JSON.stringify(expected))
      throw new Error(`row ${rows}: expected ${JSON.stringify(expected)}, received ${line}`);
  }
  if (rows !== count) throw new Error(`expected ${count} rows, received ${rows}`);
}

async function measureRequests(): Promise<void> {
  const { requests } = options;
  const startMs = performance.now();
  const child = start(['-'], 'pipe');
  const ended = endOf(child);
  let answers = 0;
  const read = async () => {
    for await (const line of createInterface(child.stdout!)) {
      const expected = `{"id":${++answers},`;
      if (!line.startsWith(expected) || !line.includes('"vector"'))
        throw new Error(
          `answer ${answers}: expected ${expected} and a vector, received ${line.slice(0, 200)}`,
        );
    }
  };
  const [memory] = await Promise.all([
    watchMemory(child),
    write(child.stdin!, requests, (id) => `${JSON.stringify({ id, text: textOf(id) })}\n`).then(() =>
      child.stdin!.end(),
    ),
    read(),
    ended,
  ]);
  if (answers !== requests) throw new Error(`expected ${requests} answers, received ${answers}`);
  const seconds = (performance.now() - startMs) / 1000;
  process.stdout.write(
    `-: ${requests} requests in ${seconds.toFixed(0)} s, ${(requests / seconds).toFixed(0)} a second, each answered in its order\n` +
      `  MiB by quarters: ${memory.join(', ')}\n`,
  );
}

function start(args: readonly string[], stdout: 'ignore' | 'pipe'): ChildProcess {
  const { model } = options;
  const child = spawn(process.execPath, [...MAIN, 'embed', ...args, '--model', model], {
    stdio: ['pipe', stdout, 'inherit'],
  });
  child.stdin!.on('error', () => undefined); // one that is killed reads no further
  return child;
}

async function endOf(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`embed ended with ${code}`);
}

/** As fast as they are taken. */
async function write(to: Writable, count: number, lineOf: (n: number) => string): Promise<void> {
  const closed = once(to, 'close');
  for (let n = 1; n <= count && !to.destroyed; n++)
    if (!to.write(lineOf(n))) await Promise.race([once(to, 'drain'), closed]);
}

/** Resident memory of a process in each quarter of its life, medians in MiB. */
async function watchMemory(child: ChildProcess): Promise<number[]> {
  const looks: number[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    const { residentMiB } = await readTreeMemory(child.pid ?? NaN);
    if (residentMiB > 0) looks.push(residentMiB);
    await sleep(LOOK_EVERY_MS);
  }
  const quarter = (at: number) => looks.slice((at * looks.length) / 4, ((at + 1) * looks.length) / 4);
  return [0, 1, 2, 3].map((at) => Math.round(median(quarter(at))));
}
