import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { deriveTowers } from '../../open/derived-towers.js';
import { untilAborted } from '../../core/until-aborted.js';
import { loadModelFolder } from '../../models/folder/folder.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import { filesWithWeights } from '../../models/folder/weights.js';
import type { ProxySettings } from '../../models/hub/hub-requests.js';
import type { PullListener } from '../../models/hub/pull-events.js';
import { externalFiles } from '../../onnx/file/external-files.js';
import { resolveModel } from '../../models/resolve.js';
import type { ResolveOptions, ResolvedModel } from '../../models/resolve.js';
import { logDerive } from '../log-derive.js';
import { showPull } from './pull-progress.js';

/** A connection that brings no byte for so long is given up and tried again. */
const STALL_MS = 30_000;

/** How a model is to be found, by the options. */
export function resolveOptions(config: Config): Omit<ResolveOptions, 'onEvent'> {
  return {
    cacheDir: config.cacheDir,
    offline: config.offline,
    modalities: config.modalities,
    precision: config.precision,
    externalFiles,
    hub: {
      endpoint: config.hfEndpoint,
      stallMs: STALL_MS,
      ...(config.hfToken === '' ? {} : { token: config.hfToken }),
      proxy: proxyOf(config),
    },
  };
}

function proxyOf({ httpProxy, httpsProxy, noProxy }: Config): ProxySettings {
  return {
    ...(httpProxy === '' ? {} : { httpProxy }),
    ...(httpsProxy === '' ? {} : { httpsProxy }),
    noProxy,
  };
}

/**
 * The model that the options name, fetched if it is not in the cache, with its towers and settings.
 * @param stop Aborted when nobody waits for it any more. A download is then left as it is, to be resumed by the next one.
 * @throws ModelSourceError or ModelFolderError that says what is missing and what to run; the signal's reason.
 */
export async function openModel(
  config: Config,
  log: Logger,
  stop: AbortSignal = new AbortController().signal,
): Promise<ModelFolder> {
  const shown = process.stderr.isTTY
    ? showPull(process.stderr)
    : { listener: logPull(log), stop: () => undefined };
  try {
    const options = { ...resolveOptions(config), onEvent: shown.listener };
    return await openResolved(
      await untilAborted(resolveModel(config.model, options), stop),
      config,
      log,
      stop,
    );
  } finally {
    shown.stop();
  }
}

/** The towers and settings of a model that has been found, in the precision and form that the options ask for. */
export async function openResolved(
  { folder, name, hashes }: ResolvedModel,
  config: Config,
  log: Logger,
  stop?: AbortSignal,
): Promise<ModelFolder> {
  const model = await loadModelFolder(folder, {
    modalities: config.modalities,
    precision: config.precision === 'fp16' ? 'fp16' : 'fp32',
    ...(name === folder ? {} : { name }),
  });
  await filesWithWeights(model, externalFiles); // a missing file is told by its name before anything is loaded
  return deriveTowers(model, { ...config, hashes, stop, onEvent: logDerive(log) });
}

/** A download as log lines: what is fetched, tried again and accepted, not every byte. */
function logPull(log: Logger): PullListener {
  return (event) => {
    if (event.kind === 'retry') log.warn(event, 'download: trying again');
    else if (event.kind !== 'bytes') log.info(event, 'download');
  };
}
