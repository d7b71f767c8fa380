import { printable } from '../../core/printable.js';
import type { Config } from '../options/config.js';
import { HandspringError } from '../../core/errors.js';
import { findFfmpeg } from '../../open/find-ffmpeg.js';
import { Backoff } from '../../photos/import/backoff.js';
import type { BatchLimits } from '../../photos/import/batches.js';
import { openCaptions } from '../../photos/captions/captions.js';
import { importPhotos } from '../../photos/import/import-photos.js';
import { openTarget } from '../../photos/import/open-target.js';
import { ImportStopped } from '../../photos/import/patiently.js';
import { showImportProgress } from './import-progress.js';
import { ProblemReport } from '../../photos/import/problem-report.js';
import { PASSED_OVER } from '../../photos/passed-over.js';
import { summarise } from '../../photos/import/summary.js';
import type { Ending } from '../../photos/import/summary.js';
import { emptyTally } from '../../photos/import/tally.js';
import type { Tally } from '../../photos/import/tally.js';
import { MediaReaders } from '../../photos/media/media-readers.js';
import { namesOf } from '../../photos/media/kinds.js';
import { resolveSources } from '../../photos/sources.js';
import { countPhotos } from '../../photos/walk.js';
import type { WeaviateAddress } from '../../photos/weaviate/address.js';
import type { CollectionChoice } from '../../photos/weaviate/photo-collection.js';
import { listenForInterrupt } from '../interrupt.js';
import { toWeaviateAddress } from '../weaviate-address.js';

export interface ImportOptions {
  /** Folders and files, as given. */
  readonly paths: readonly string[];
  /** What stored paths are relative to; empty for the folder given. */
  readonly root: string;
  /** Patterns of what is left out. */
  readonly exclude: readonly string[];
  /** Name what is passed over. */
  readonly showPassed: boolean;
  readonly weaviate: WeaviateAddress;
  readonly collection: string;
  readonly choice: CollectionChoice;
  /** A list of captions; empty for none. */
  readonly captions: string;
  readonly batch: BatchLimits;
  readonly concurrency: number;
  readonly maxImageBytes: number;
  /** What is longer goes without what there is to show of it; whether it is embedded is the module's to say. */
  readonly maxSoundSeconds: number;
  readonly maxVideoSeconds: number;
  /** As the option has it: what reads those that are not decoded here, to show them. */
  readonly ffmpeg: string;
  readonly checksum: boolean;
  readonly prune: boolean;
  readonly dryRun: boolean;
  readonly patienceMs: number;
  /** Where failures are listed; empty for nowhere. */
  readonly report: string;
}

export interface ImportIo {
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted at the first Ctrl-C. */
  readonly interrupt: AbortSignal;
}

/** Exit codes of `handspring import`. */
const EXIT = { allIn: 0, someFailed: 1, usage: 2, interrupted: 130 } as const;

/** `handspring import`: photos of folders and files into a Weaviate collection; resolves with the exit code. */
export async function runImport(options: ImportOptions, io: ImportIo): Promise<number> {
  const tally = emptyTally();
  const started = performance.now();
  const report = await ProblemReport.start(options.report);
  let end: Ending;
  try {
    end = await importAll(options, io, tally, report);
  } catch (error) {
    if (error instanceof HandspringError && error.code === 'invalid_request') {
      io.stderr.write(`handspring import: ${error.message}\n`);
      return EXIT.usage;
    }
    if (!(error instanceof ImportStopped)) throw error;
    end = { stopped: error.message };
  } finally {
    await report.close();
  }
  const interrupted = io.interrupt.aborted;
  const seconds = (performance.now() - started) / 1000;
  io.stdout.write(summarise({ dryRun: options.dryRun, tally, end, interrupted, seconds }));
  for (const line of report.describe()) io.stdout.write(`${line}\n`);
  if (interrupted) return EXIT.interrupted;
  return tally.failed > 0 || end.stopped !== undefined ? EXIT.someFailed : EXIT.allIn;
}

async function importAll(
  options: ImportOptions,
  io: ImportIo,
  tally: Tally,
  report: ProblemReport,
): Promise<Ending> {
  const given = await resolveSources(options.paths, options);
  const captions = await openCaptions(options.captions, given.root);
  const opened = await openTarget(options);
  const sources = { ...given, kinds: opened.kinds };
  const readers = new MediaReaders({ ...options, ffmpeg: findFfmpeg(options.ffmpeg) });
  const progress = showImportProgress(io.stderr, namesOf(opened.kinds));
  const passed: string[] = [];
  const counting = new AbortController();
  void countPhotos(sources, counting.signal).then(
    (photos) => progress.total(photos),
    () => undefined, // the walk meets the same error and reports it
  );
  try {
    const pruneRefused = await importPhotos({
      ...options,
      sources,
      target: opened.target,
      thorough: opened.thorough,
      captions,
      tools: readers.tools,
      backoff: new Backoff({
        patienceMs: options.patienceMs,
        onLongWait: (reason) => io.stderr.write(`\nwaiting: ${reason}\n`),
      }),
      stop: io.interrupt,
      tally,
      onProgress: () => progress.show(tally),
      onFailure: (path, reason) => report.add(path, reason),
      onWithoutCaption: (path, reason) => report.add(path, `goes without its caption: ${reason}`),
      onPassed: (path, reason) =>
        void (options.showPassed && passed.push(`${printable(path)}: ${PASSED_OVER[reason]}`)),
    });
    await opened.finish(tally);
    const { takenByNew } = opened;
    return { pruneRefused, passed, takenByNew, unmatched: io.interrupt.aborted ? [] : captions.unmatched };
  } finally {
    counting.abort();
    progress.stop();
    await opened.close();
    await readers.close();
  }
}

/** `handspring import` as the command line gives it. */
export async function importFromConfig(paths: readonly string[], config: Config): Promise<number> {
  return runImport(toImportOptions(paths, config), {
    stdout: process.stdout,
    stderr: process.stderr,
    interrupt: listenForInterrupt(
      () => void process.stderr.write('\nFinishing what is under way; once more ends at once.\n'),
    ),
  });
}

function toImportOptions(paths: readonly string[], config: Config): ImportOptions {
  return {
    ...config,
    paths,
    root: config.importRoot,
    weaviate: toWeaviateAddress(config),
    choice: config,
    batch: { maxPhotos: config.batchPhotos, maxBytes: config.batchBytes },
  };
}
