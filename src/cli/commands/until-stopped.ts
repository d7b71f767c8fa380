import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { threadFlags } from '../../core/own-module.js';
import { countNativeImages } from '../../towers/image/native-work.js';
import { writeLogNow } from '../log.js';
import type { Config } from '../options/config.js';
import type { RunningServer } from './start-server.js';

/** A server, and what else uses its engine. */
export interface Running {
  readonly server: Pick<RunningServer, 'stop'> & {
    /** Absent where no model is loaded. */
    readonly engine?: Pick<RunningServer['engine'], 'halt'>;
  };
  /** Stops what else uses the service, such as the indexing of a folder. */
  readonly closeOthers?: () => Promise<void>;
}

/** Longest time for what native code is doing at the end: a batch, an image, a tower that is being loaded. */
const LAST_WORK_MS = 5000;

/** The same after a second signal during the start, where there is nobody who waits for an answer. */
const LAST_WORK_IN_HASTE_MS = 1000;

/**
 * Starts something, waits for SIGTERM or SIGINT, then stops it gracefully. 0 once all that was admitted is answered; 1 if
 * the time ran out or a second signal came first. A signal that comes before the start is over has it given
 * up, with the same exit codes. Does not resolve, but kills the process, where native code would keep it from ending.
 * @param start Gives up and rejects once the signal it is given is aborted.
 * @throws whatever the start fails with by itself.
 */
export async function untilStopped(
  config: Pick<Config, 'shutdownMs'>,
  log: Logger,
  start: (stop: AbortSignal) => Promise<Running>,
): Promise<number> {
  const stop = new AbortController();
  const asked = nextSignal(log).then(() => stop.abort(new Error('told to stop')));
  const starting = start(stop.signal);
  const running = await Promise.race([starting, asked]);
  if (!running) return giveUp(starting, log);
  await asked;
  return stopGracefully(running, config, log);
}

async function stopGracefully(
  { server, closeOthers }: Running,
  { shutdownMs }: Pick<Config, 'shutdownMs'>,
  log: Logger,
): Promise<number> {
  log.info(
    { timeoutMs: shutdownMs },
    'stopping: finishing what was admitted; a second signal ends it at once',
  );
  const impatient = nextSignal(log).then(() => 1);
  const late = new Promise<number>((resolve) => setTimeout(() => resolve(1), shutdownMs).unref());
  const stopped = Promise.resolve(closeOthers?.()).then(() => server.stop());
  const code = await Promise.race([stopped.then(() => 0), impatient, late]);
  // A process that exits while a model computes is aborted by the native library: let the batch under way end first.
  const halted = code === 0 || !server.engine || (await within(LAST_WORK_MS, server.engine.halt()));
  if (!halted || !(await nativeImagesEnd())) return killItself(log);
  log.info({ code }, code === 0 ? 'stopped' : 'stopped before all was answered');
  return code;
}

async function giveUp(starting: Promise<Running>, log: Logger): Promise<number> {
  log.info('stopping: the start is given up; a second signal ends it at once');
  const gone = starting.then(
    ({ server }) => server.stop(),
    () => undefined,
  );
  const impatient = nextSignal(log).then(() => false);
  let ended = await Promise.race([within(LAST_WORK_MS, gone), impatient]);
  const code = ended ? 0 : 1;
  ended ||= await within(LAST_WORK_IN_HASTE_MS, gone);
  if (!ended) return killItself(log);
  log.info({ code }, 'stopped before it was ready');
  return code;
}

/** Whether it is over within so long. */
function within(longestMs: number, work: Promise<unknown>): Promise<boolean> {
  return Promise.race([work.then(() => true), sleep(longestMs, false)]);
}

async function nativeImagesEnd(): Promise<boolean> {
  const end = performance.now() + LAST_WORK_MS;
  while (countNativeImages() > 0 && performance.now() < end) await sleep(20);
  return countNativeImages() === 0;
}

/** Of a thread that ends the process should its last lines wait for a reader who does not read. */
const KILLER = 'setTimeout(() => process.kill(process.pid, "SIGKILL"), 1000)';

/** `process.exit` waits for threads that are in native code, be it for ever; nothing but a signal ends them. */
async function killItself(log: Logger): Promise<never> {
  log.error(
    { signal: 'SIGKILL', imagesBeingDecoded: countNativeImages() },
    'native code is still running and would keep the process from ending: killing it, exit status 137',
  );
  const killer = new Worker(KILLER, { eval: true, execArgv: threadFlags(), env: {} });
  await once(killer, 'online');
  writeLogNow(log); // not by the threads that write files: native code may have them all
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

function nextSignal(log: Logger): Promise<void> {
  return new Promise((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
      log.info({ signal }, 'signal received');
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
