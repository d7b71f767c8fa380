import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { createApp, createOperationsApp } from '../http/app.js';
import type { Lifecycle } from '../http/operations.js';
import { createMetrics } from '../metrics.js';
import type { Metrics } from '../metrics.js';
import type { ModelFolder } from '../model/folder.js';
import { startService } from '../service.js';
import type { Service } from '../service.js';
import { VERSION } from '../version.js';
import { openListeners } from './listeners.js';
import { openTracing } from '../tracing/open-tracing.js';
import { openAccess } from './open-access.js';
import { openModel } from './open-model.js';
import { describeService } from './describe.js';

export interface StartedModel {
  readonly model: ModelFolder;
  readonly service: Service;
}

export interface RunningServer extends StartedModel {
  readonly url: string;
  readonly port: number;
  /** The port for operators, if they have one of their own. */
  readonly opsPort: number | undefined;
  /** Stops accepting, finishes what was admitted, lets go of the model. */
  stop(): Promise<void>;
}

export interface ServerExtras {
  /** Makes routes beside the contract's, once the model is loaded. */
  routes?(started: StartedModel): RequestHandler;
}

/**
 * Listens first, then loads: probes get their 503 while the model is on its way, instead of a refused connection.
 * @throws Error if the address is taken or the model cannot be loaded.
 */
export async function startServer(
  config: Config,
  log: Logger,
  extras: ServerExtras = {},
): Promise<RunningServer> {
  const model = await openModel(config, log);
  const metrics = createMetrics();
  let phase: ReturnType<Lifecycle['phase']> = 'starting';
  let service: Service | undefined;
  let extra: RequestHandler = (_request, _response, next) => next();
  const lifecycle: Lifecycle = { phase: () => phase };
  const access = await openAccess(config, metrics, log);
  const operations = { lifecycle, metrics, log, describe: () => describeService(model, config, service) };
  const tracing =
    config.otlpEndpoint === '' ? undefined : await openTracing(config.otlpEndpoint, VERSION, log);
  const app = createApp({
    ...operations,
    embedder: { embed: (...args) => required(service).embedder.embed(...args) },
    limits: config,
    access: access?.access,
    tracing,
    trustedProxies: config.trustedProxies,
    operationsApart: config.opsPort !== 'off',
    extra: (...args) => extra(...args),
  });
  const listeners = await openListeners(app, createOperationsApp(operations), config, metrics);
  try {
    service = await startService(model, config, metrics, log);
  } catch (error) {
    listeners.destroy();
    throw error;
  }
  publish(metrics, model, config, service);
  extra = extras.routes?.({ model, service }) ?? extra;
  phase = 'ready';
  return {
    url: `http://${urlHost(config.host)}:${listeners.port}`,
    port: listeners.port,
    opsPort: listeners.opsPort,
    service,
    model,
    stop: async () => {
      phase = 'stopping';
      await listeners.close();
      access?.close();
      await Promise.all([tracing?.close(), service?.close()]);
    },
  };
}

/** `handspring serve`: runs until a signal; resolves with the exit code. */
export async function serve(config: Config, log: Logger): Promise<number> {
  const started = performance.now();
  const running = await startServer(config, log);
  log.info(
    {
      url: running.url,
      ...(running.opsPort === undefined ? {} : { opsPort: running.opsPort }),
      model: running.model.name,
      startMs: Math.round(performance.now() - started),
      sinceProcessStartMs: Math.round(performance.now()),
    },
    'ready',
  );
  return untilStopped(running, config, log);
}

/** Longest time for the batch that a tower is working on when the service is ended in haste. */
const LAST_BATCH_MS = 5000;

/**
 * Waits for SIGTERM or SIGINT, then stops gracefully. 0 once all that was admitted is answered; 1 if the time ran out
 * or a second signal came first.
 * @param closeOthers Stops what else uses the service, such as the indexing of a folder.
 */
export async function untilStopped(
  running: RunningServer,
  config: Config,
  log: Logger,
  closeOthers: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  await nextSignal(log);
  log.info(
    { timeoutMs: config.shutdownMs },
    'stopping: finishing what was admitted; a second signal ends it at once',
  );
  const impatient = nextSignal(log).then(() => 1);
  const late = new Promise<number>((resolve) => setTimeout(() => resolve(1), config.shutdownMs).unref());
  const stopped = closeOthers().then(() => running.stop());
  const code = await Promise.race([stopped.then(() => 0), impatient, late]);
  // A process that exits while a model computes is aborted by the native library: let the batch under way end first.
  if (code !== 0) await Promise.race([running.service.halt(), sleep(LAST_BATCH_MS)]);
  log.info({ code }, code === 0 ? 'stopped' : 'stopped before all was answered');
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

/** Gauges that are read when they are scraped, and the constant that tells the model. */
function publish(metrics: Metrics, model: ModelFolder, config: Config, service: Service): void {
  metrics.watchQueue(() => service.queue());
  metrics.itemsLimit.set(config.maxPendingItems);
  metrics.modelInfo.set(
    {
      model: model.name,
      modalities: config.modalities,
      precision: config.precision,
      dimensions: String(service.dimensions),
      normalized: String(service.normalized),
      version: VERSION,
    },
    1,
  );
}

function required(service: Service | undefined): Service {
  if (!service) throw new Error('requests are let in before the model is loaded');
  return service;
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
