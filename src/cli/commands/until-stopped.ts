import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import type { RunningServer } from './start-server.js';

/** A server, and what else uses its engine. */
export interface Running {
  readonly server: Pick<RunningServer, 'stop' | 'engine'>;
  /** Stops what else uses the service, such as the indexing of a folder. */
  readonly closeOthers?: () => Promise<void>;
}

/** Longest time for the batch that a tower is working on, or for a tower that is being loaded, in an exit in haste. */
const LAST_WORK_MS = 5000;

/**
 * Starts something, waits for SIGTERM or SIGINT, then stops it gracefully. 0 once all that was admitted is answered; 1 if
 * the time ran out or a second signal came first. A signal that comes before the start is over has it given
 * up, with the same exit codes.
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
  if (code !== 0) await Promise.race([server.engine.halt(), sleep(LAST_WORK_MS)]);
  log.info({ code }, code === 0 ? 'stopped' : 'stopped before all was answered');
  return code;
}

async function giveUp(starting: Promise<Running>, log: Logger): Promise<number> {
  log.info('stopping: the start is given up; a second signal ends it at once');
  const gone = starting.then(
    ({ server }) => server.stop(),
    () => undefined,
  );
  const impatient = nextSignal(log).then(() => 1);
  const code = await Promise.race([gone.then(() => 0), impatient, sleep(LAST_WORK_MS, 1)]);
  log.info({ code }, 'stopped before it was ready');
  return code;
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
