import type { Express, RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { modalitiesText } from '../options/model.js';
import { HandspringError } from '../../core/errors.js';
import { createApp, createOperationsApp } from '../../serve/app.js';
import type { AppParts } from '../../serve/app.js';
import type { WelcomeParts } from '../../serve/reference/render-welcome.js';
import { readWholeFile } from '../../core/regular-file.js';
import { openBodyRoom } from '../../serve/limits/admit-body.js';
import type { ServedModel } from '../../serve/contracts/contract.js';
import { ImageAddresses } from '../../serve/image-addresses/image-addresses.js';
import type { Lifecycle } from '../../serve/operations.js';
import { createMetrics } from '../../serve/metrics.js';
import type { Metrics } from '../../serve/metrics.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import { startEngine } from '../../open/start-engine.js';
import type { RunningEngine } from '../../open/start-engine.js';
import { maxPendingPixels } from '../../open/memory-limits.js';
import { observeMetrics } from '../../serve/observe-metrics.js';
import { observeLog } from '../observe-log.js';
import { openTracing } from '../../serve/tracing/open-tracing.js';
import { VERSION } from '../../core/version.js';
import { describeService } from './describe.js';
import { openListeners, toUrl } from './listeners.js';
import type { Listeners } from './listeners.js';
import { openTls } from './open-tls.js';
import { openAccess } from './open-access.js';
import { tellPromptVariables } from '../options/prompt-variables.js';
import { openModel } from '../open-model.js';
import { towerForms } from './tower-forms.js';

export interface StartedModel {
  readonly model: ModelFolder;
  readonly engine: RunningEngine;
}

export interface RunningServer extends StartedModel {
  readonly url: string;
  readonly port: number;
  /** The port for operators, if they have one of their own. */
  readonly opsPort: number | undefined;
  /** The port for gRPC, if it is on. */
  readonly grpcPort: number | undefined;
  /** Stops accepting, finishes what was admitted, lets go of the model. */
  stop(): Promise<void>;
}

export interface ServerExtras {
  /** Makes routes beside the contract's, once the model is loaded; until then they answer 503. */
  readonly routes?: (started: StartedModel) => RequestHandler;
  /** Stands before all routes. */
  readonly guard?: RequestHandler;
  /** Aborted when the start is to be given up. */
  readonly stop?: AbortSignal;
}

/**
 * Listens first, then finds and loads the model: while it is fetched, checked, quantised and loaded, which can take
 * minutes, the process is alive and answers 503 instead of refusing connections.
 * @throws Error if the address is taken or the model cannot be loaded; then nothing listens any more.
 */
export async function startServer(
  config: Config,
  log: Logger,
  { routes, guard, stop }: ServerExtras = {},
): Promise<RunningServer> {
  const metrics = createMetrics();
  const access = await openAccess(config, metrics, log);
  const welcome = routes ? undefined : await readWelcome(config);
  const tracing =
    config.otlpEndpoint === '' ? undefined : await openTracing(config.otlpEndpoint, VERSION, log);
  const progress: Progress = { phase: 'starting', extra: routes ? notReady : undefined };
  const imageAddresses = openImageAddresses(config, metrics, log);
  const tls = await openTls(config, log);
  const bodyRoom = openBodyRoom(config, metrics);
  const edge = { log, metrics, access: access?.access, welcome, imageAddresses, tracing, guard, bodyRoom };
  const service = followProgress(config, progress);
  const listeners = await openListeners(...createApps(config, edge, service, progress), config, metrics, {
    tls,
    grpc: { ...edge, ...service, limits: config },
  });
  const url = toUrl(config.host, listeners.port, tls);
  log.info({ url }, 'listening; answers 503 until the model is loaded');
  const started = await loadOrClose(config, metrics, log, { listeners, stop });
  publish(metrics, config, started);
  tellPromptVariables(started.model.prompts, log);
  Object.assign(progress, { phase: 'ready', started, extra: routes?.(started) } satisfies Progress);
  return {
    ...started,
    url,
    port: listeners.port,
    opsPort: listeners.opsPort,
    grpcPort: listeners.grpcPort,
    stop: async () => {
      progress.phase = 'stopping';
      await listeners.close();
      access?.close();
      await Promise.all([tracing?.close(), started.engine.close()]);
    },
  };
}

/** How far a server is, and what it has by then. */
interface Progress {
  phase: ReturnType<Lifecycle['phase']>;
  started?: StartedModel;
  extra: RequestHandler | undefined;
}

/** What all ways in ask of the service, whose answers change as it gets on. */
function followProgress(
  config: Config,
  progress: Progress,
): Pick<AppParts, 'lifecycle' | 'model' | 'embedder'> {
  return {
    lifecycle: { phase: () => progress.phase },
    model: () => servedModel(required(progress.started), config),
    embedder: { embed: (...args) => required(progress.started).engine.embedder.embed(...args) },
  };
}

/** The app of the service's port and that of the operators'. */
function createApps(
  config: Config,
  edge: Pick<
    AppParts,
    'log' | 'metrics' | 'access' | 'welcome' | 'imageAddresses' | 'tracing' | 'guard' | 'bodyRoom'
  >,
  service: ReturnType<typeof followProgress>,
  progress: Progress,
): [app: Express, operationsApp: Express] {
  const describe = () => describeService(config, progress.started);
  const parts = { ...edge, ...service, describe };
  const app = createApp({
    ...parts,
    limits: config,
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    operationsApart: config.opsPort !== 'off',
    ...(progress.extra ? { extra: (...args) => progress.extra?.(...args) } : {}),
  });
  return [app, createOperationsApp(parts)];
}

async function readWelcome(config: Config): Promise<WelcomeParts> {
  const { noticeFile, rateLimit, quota, allowedTokens, keysFile, maxItems, maxTexts, maxBodyBytes } = config;
  return {
    notice: noticeFile === '' ? '' : (await readWholeFile(noticeFile)).toString('utf8'),
    asksForKeys: allowedTokens.length > 0 || keysFile !== '',
    rate: rateLimit === 'off' ? undefined : rateLimit,
    quota: quota === 'off' ? undefined : quota,
    ...{ maxItems, maxTexts, maxBodyBytes },
  };
}

function openImageAddresses(config: Config, metrics: Metrics, log: Logger): ImageAddresses | undefined {
  const { imageUrls: hosts, maxImageBytes, maxPendingItems } = config;
  const maxWaiting = Math.ceil(maxPendingItems / 2);
  return hosts.length > 0
    ? new ImageAddresses({ hosts, maxImageBytes, maxWaiting, metrics, log })
    : undefined;
}

function servedModel({ model, engine }: StartedModel, { modelAliases, longText }: Config): ServedModel {
  const { dimensions, normalized, contextLength, matryoshkaDimensions } = engine;
  return {
    name: model.name,
    modalities: Object.keys(model.towers),
    dimensions,
    normalized,
    contextLength,
    takesLongTexts: longText !== 'error',
    matryoshkaDimensions,
    prompts: model.prompts,
    aliases: modelAliases,
  };
}

async function loadOrClose(
  config: Config,
  metrics: Metrics,
  log: Logger,
  { listeners, stop }: { readonly listeners: Listeners; readonly stop: AbortSignal | undefined },
): Promise<StartedModel> {
  try {
    const model = await openModel(config, log, stop);
    stop?.throwIfAborted();
    const engine = await startEngine(model, config, observeLog(log, observeMetrics(metrics)));
    if (stop?.aborted) await engine.close();
    stop?.throwIfAborted();
    return { model, engine };
  } catch (error) {
    listeners.destroy();
    throw error;
  }
}

/** Gauges that are read when they are scraped, and the constants that tell the model and its towers. */
function publish(metrics: Metrics, config: Config, { model, engine }: StartedModel): void {
  metrics.watchQueue(() => engine.queue());
  metrics.pixelsLimit.set(maxPendingPixels(config));
  metrics.itemsLimit.set(config.maxPendingItems);
  metrics.modelInfo.set(
    {
      model: model.name,
      modalities: modalitiesText(config.modalities),
      precision: config.precision,
      dimensions: String(engine.dimensions),
      normalized: String(engine.normalized),
      version: VERSION,
    },
    1,
  );
  for (const [modality, form] of Object.entries(towerForms(model, config.precision))) {
    const { precision, int8, optimized } = form;
    metrics.towerInfo.set({ modality, precision, int8: int8 ?? '', optimized: String(optimized) }, 1);
  }
}

/** Answers 503: what is asked for is on its way. */
export const notReady: RequestHandler = () => {
  throw new HandspringError('not_ready', 'the model is being loaded; try again', { retryAfterSeconds: 1 });
};

function required(started: StartedModel | undefined): StartedModel {
  if (!started) throw new Error('requests are let in before the model is loaded');
  return started;
}
