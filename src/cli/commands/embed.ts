import type { Logger } from 'pino';
import { printable } from '../../core/printable.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import { startEngine } from '../../open/start-engine.js';
import type { RunningEngine } from '../../open/start-engine.js';
import { readAsked } from '../embed/asked.js';
import type { Asked } from '../embed/asked.js';
import { Done } from '../embed/done.js';
import { embedAll } from '../embed/embed-all.js';
import type { Counts } from '../embed/embed-all.js';
import { ErrorsFile } from '../embed/errors-file.js';
import { modelIdentity } from '../embed/identity.js';
import { jsonLinesTo } from '../embed/outputs/json-lines.js';
import { openOutputFile } from '../embed/outputs/open-output.js';
import type { OpenedOutput } from '../embed/outputs/open-output.js';
import type { Output } from '../embed/outputs/output.js';
import { stateOf } from '../embed/run-file.js';
import { endAtOnce, listenForInterrupt } from '../interrupt.js';
import { observeLog } from '../observe-log.js';
import { openModel } from '../open-model.js';
import type { Config } from '../options/config.js';
import { showCounter } from '../progress-bar.js';
import type { GrowingProgress } from '../progress-bar.js';

/** Exit codes of `handspring embed`. */
const EXIT = { all: 0, failed: 1, someFailed: 3, interrupted: 130 } as const;

/**
 * `handspring embed`: vectors of photos and sounds in files and folders, of texts, or of what standard input asks, line by
 * line; resolves with the exit code.
 * @throws ConfigError where it is not told what to embed, or of more than one kind.
 */
export async function embed(paths: readonly string[], config: Config, log: Logger): Promise<number> {
  const asked = await readAsked(paths, config);
  if (config.resume && (await stateOf(config.out)) === 'whole') {
    process.stderr.write(`${config.out} is whole; without --resume it is made anew\n`);
    return EXIT.all;
  }
  let isLoading = false;
  const interrupt = listenForInterrupt((signal) => {
    if (!isLoading) return;
    process.stderr.write('interrupted while the model was being loaded; nothing was begun\n');
    endAtOnce(signal);
  });
  try {
    const model = await openModel(config, log, interrupt);
    // Nobody waits elsewhere: what is read is bounded here, and takes as long as it takes.
    const unbounded = { ...config, maxPendingItems: Infinity, deadlineMs: Infinity };
    interrupt.throwIfAborted();
    isLoading = true;
    const engine = await startEngine(model, unbounded, observeLog(log));
    isLoading = false;
    try {
      return await embedWith(engine, { asked, model, config, interrupt });
    } finally {
      // What is under way and nobody waits for any more: a process that ends while a model computes is aborted by its library.
      await engine.halt();
      await engine.close();
    }
  } catch (error) {
    if (interrupt.aborted && error === interrupt.reason) return EXIT.interrupted; // while the model was fetched
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.all; // whoever read this has read enough, as `head` does
    throw error;
  }
}

interface Run {
  readonly asked: Asked;
  readonly model: ModelFolder;
  readonly config: Config;
  readonly interrupt: AbortSignal;
}

async function embedWith(engine: RunningEngine, run: Run): Promise<number> {
  const { asked, config, interrupt } = run;
  const errors = await ErrorsFile.start(config.errors);
  const { output, done, changed } = await openOutput(engine, run);
  if (changed > 0)
    process.stderr.write(`${changed} done before have changed since, and are embedded again\n`);
  const before = done.count;
  const bar =
    process.stderr.isTTY && !asked.isDialogue ? showCounter('items', undefined, { done: before }) : undefined;
  const counting = new AbortController();
  if (bar) void countInto(bar, asked, counting.signal);
  const counts: Counts = { embedded: 0, failed: 0 };
  let isFinished = false;
  try {
    await embedAll({
      requests: asked.requests,
      counts,
      embedder: engine.embedder,
      output,
      errors,
      done,
      onFailure: (message) => void process.stderr.write(`${printable(message)}\n`),
      onProgress: () => bar?.add(1),
      stop: interrupt,
    });
    if (!interrupt.aborted) await output.finish();
    isFinished = !interrupt.aborted;
  } finally {
    counting.abort();
    bar?.stop();
    await errors.close();
    if (!isFinished) await leave(output, config, counts.embedded + before);
  }
  if (!asked.isDialogue) process.stderr.write(`${summary(counts, before, asked)}\n`);
  if (interrupt.aborted) return EXIT.interrupted;
  if (counts.failed === 0) return EXIT.all;
  return counts.embedded + before > 0 ? EXIT.someFailed : EXIT.failed;
}

/** Beside the work: a folder is walked a second time, so that its photos need not wait for that. */
async function countInto(bar: GrowingProgress, { count }: Asked, stop: AbortSignal): Promise<void> {
  const total = await count?.(stop).catch(() => undefined); // what cannot be walked is met by the work itself
  if (total !== undefined && !stop.aborted) bar.setTotal(total);
}

async function openOutput(
  { dimensions }: RunningEngine,
  { asked, model, config }: Run,
): Promise<OpenedOutput> {
  const { out: file, resume } = config;
  if (file === '') return { output: answers(asked), done: new Done(), changed: 0 };
  const identity = { ...asked.identity, ...(await modelIdentity(model, config)) };
  return openOutputFile({ file, dimensions, columns: asked.columns, identity, resume, root: asked.root });
}

/** On standard output; in a dialogue each request has an answer there. */
function answers({ isDialogue }: Asked): Output {
  const { failure, ...output } = jsonLinesTo(process.stdout);
  return isDialogue && failure ? { ...output, failure } : output;
}

async function leave(output: Output, { out }: Config, embedded: number): Promise<void> {
  await output.leave();
  if (out !== '' && embedded > 0)
    process.stderr.write(`${out}.part has what is done so far; --resume goes on from there\n`);
}

function summary({ embedded, failed }: Counts, before: number, { passed }: Asked): string {
  return [
    `${embedded} embedded`,
    `${failed} failed`,
    ...(before > 0 ? [`${before} before`] : []),
    ...(passed ? [passed()] : []),
  ].join(', ');
}
