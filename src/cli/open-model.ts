import type { Logger } from 'pino';
import type { Config } from './options/config.js';
import { findModel } from '../open/find-model.js';
import type { FindOptions } from '../open/find-model.js';
import type { ModelFolder } from '../models/folder/folder.js';
import { STALL_MS } from '../models/hub/hub-defaults.js';
import type { ProxySettings } from '../models/hub/hub-requests.js';
import type { PullListener } from '../models/hub/pull-events.js';
import { externalFiles } from '../onnx/file/external-files.js';
import type { ResolveOptions } from '../models/resolve.js';
import { logDerive } from './log-derive.js';
import { showPull } from './commands/pull-progress.js';

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
 * The model that the options name, fetched if it is not in the cache, with a bar on a terminal and lines in the log
 * otherwise.
 * @param signal Aborted when nobody waits for it any more. A download is then left as it is, to be resumed by the next one.
 * @throws ModelSourceError or ModelFolderError that says what is missing and what to run; the signal's reason.
 */
export async function openModel(config: Config, log: Logger, signal?: AbortSignal): Promise<ModelFolder> {
  const shown = process.stderr.isTTY
    ? showPull(process.stderr)
    : { listener: logPull(log), stop: () => undefined };
  try {
    const options = { ...findOptions(config, log), onPull: shown.listener, signal };
    return (await findModel(config.model, options)).model;
  } finally {
    shown.stop();
  }
}

/** How a model is to be found and made ready, by the options. */
export function findOptions(config: Config, log: Logger): FindOptions {
  return { ...config, ...resolveOptions(config), onDerive: logDerive(log) };
}

/** A download as log lines: what is fetched, tried again and accepted, not every byte. */
function logPull(log: Logger): PullListener {
  return (event) => {
    if (event.kind === 'retry') log.warn(event, 'download: trying again');
    else if (event.kind !== 'bytes') log.info(event, 'download');
  };
}
