import { createReadStream } from 'node:fs';
import type { Logger } from 'pino';
import type { Embedder } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import { startEngine } from '../../open/start-engine.js';
import { describePassed } from '../../photos/passed-over.js';
import type { PassedCounts } from '../../photos/passed-over.js';
import { resolveSources } from '../../photos/sources.js';
import { photoFiles } from '../embed/files.js';
import { inOrder } from '../embed/in-order.js';
import { jsonLines, textLines } from '../embed/lines.js';
import { jsonLinesFile, jsonLinesTo, npyFile } from '../embed/outputs.js';
import type { Output } from '../embed/outputs.js';
import type { EmbedRequest } from '../embed/request.js';
import { isInShard } from '../embed/shard.js';
import { listenForInterrupt } from '../interrupt.js';
import { observeLog } from '../observe-log.js';
import { openModel } from '../open-model.js';
import { ConfigError } from '../options/config.js';
import type { Config } from '../options/config.js';
import { showProgress } from '../progress-bar.js';

/** Requests under way at once: enough for batches to fill, few enough to hold few files in memory. */
const AT_ONCE = 64;

const EXIT = { all: 0, someFailed: 1, interrupted: 130 } as const;

type Outcome = { readonly request: EmbedRequest } & (
  { readonly vector: Float32Array } | { readonly error: { readonly code: string; readonly message: string } }
);

/**
 * `handspring embed`: vectors of photos in files and folders, of texts, or of what standard input asks, line by line.
 * @throws ConfigError where it is not told what to embed, or of more than one kind.
 */
export async function embed(paths: readonly string[], config: Config, log: Logger): Promise<number> {
  const passed: PassedCounts = {};
  const interrupt = listenForInterrupt();
  const { requests, isDialogue } = await requestsOf(paths, config, passed);
  const model = await openModel(config, log);
  // Nobody waits elsewhere: what is read is bounded here, and takes as long as it takes.
  const unbounded = { ...config, maxPendingItems: Infinity, deadlineMs: Infinity };
  const engine = await startEngine(model, unbounded, observeLog(log));
  const output = await openOutput(config.out, engine.dimensions);
  const bar = process.stderr.isTTY && !isDialogue ? showProgress('items', undefined) : undefined;
  const counts = { embedded: 0, failed: 0 };
  try {
    const work = (request: EmbedRequest) => embedOne(request, engine.embedder);
    for await (const outcome of inOrder(requests, AT_ONCE, work, interrupt)) {
      bar?.add(1);
      await give(outcome, output, isDialogue);
      counts['vector' in outcome ? 'embedded' : 'failed']++;
    }
    await (interrupt.aborted ? output.abandon() : output.finish());
  } catch (error) {
    await output.abandon();
    throw error;
  } finally {
    bar?.stop();
    // What is under way and nobody waits for any more: a process that ends while a model computes is aborted by its library.
    if (interrupt.aborted) await engine.halt();
    await engine.close();
  }
  if (!isDialogue) {
    const { embedded, failed } = counts;
    process.stderr.write(`${embedded} embedded, ${failed} failed, ${describePassed(passed)}\n`);
  }
  if (interrupt.aborted) return EXIT.interrupted;
  return counts.failed > 0 ? EXIT.someFailed : EXIT.all;
}

/** What is to be embedded; of a dialogue each request waits for its answer, also if it cannot be embedded. */
async function requestsOf(
  paths: readonly string[],
  { texts, exclude, shard, maxImageBytes, showPassed }: Config,
  passed: PassedCounts,
): Promise<{ readonly requests: AsyncIterable<EmbedRequest>; readonly isDialogue: boolean }> {
  const isDialogue = paths.includes('-');
  if (Number(texts !== '') + Number(isDialogue) + Number(paths.some((path) => path !== '-')) !== 1)
    throw new ConfigError([
      'expected files and folders, or --texts FILE, or - for lines of JSON on standard input; one of them',
    ]);
  if (shard.count > 1 && (isDialogue || texts !== ''))
    throw new ConfigError(['--shard: expected files and folders to share, received lines']);
  if (isDialogue) return { requests: jsonLines(process.stdin), isDialogue };
  if (texts !== '')
    return {
      requests: textLines(texts === '-' ? process.stdin : createReadStream(texts)),
      isDialogue,
    };
  const sources = await resolveSources(paths, { exclude });
  const requests = photoFiles({
    sources,
    isOwn: (path) => isInShard(path, shard),
    maxImageBytes,
    onPassed: (path, reason) => {
      passed[reason] = (passed[reason] ?? 0) + 1;
      if (showPassed) process.stderr.write(`passed over: ${path}\n`);
    },
  });
  return { requests, isDialogue };
}

async function openOutput(file: string, dimensions: number): Promise<Output> {
  if (file.endsWith('.npy')) return npyFile(file, dimensions);
  if (file !== '') return jsonLinesFile(file);
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(EXIT.all); // whoever read this has read enough, as `head` does
  });
  return jsonLinesTo(process.stdout);
}

async function embedOne(request: EmbedRequest, embedder: Embedder): Promise<Outcome> {
  try {
    const { vectors } = await embedder.embed([await request.load()], { bulk: true });
    return { request, vector: vectors[0]! };
  } catch (error) {
    const { message } = error as Error;
    return {
      request,
      error: { code: error instanceof HandspringError ? error.code : 'unreadable', message },
    };
  }
}

async function give(outcome: Outcome, output: Output, isDialogue: boolean): Promise<void> {
  const { named, name } = outcome.request;
  if ('vector' in outcome) return output.vector(named, outcome.vector);
  const { code, message } = outcome.error;
  if (isDialogue) return output.failure?.(named, { error: message, code });
  process.stderr.write(`${message.startsWith(name) ? message : `${name}: ${message}`}\n`);
}
