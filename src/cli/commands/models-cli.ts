import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { startEngine } from '../../open/start-engine.js';
import { observeLog } from '../observe-log.js';
import { runConvert } from './convert.js';
import type { ConvertFlags } from './convert.js';
import { describeMade } from './made-files.js';
import { runModelsList, runModelsPath, runModelsPull, runModelsVerify } from './models.js';
import type { CommandIo } from './models.js';
import { loadFound } from '../../open/find-model.js';
import { findOptions, openModel, resolveOptions } from '../open-model.js';
import { runModelsVerifyAgainst } from './verify-against.js';

/** `handspring models …`: the commands' functions with the process's own streams and options. */

const io: CommandIo = {
  out: (line) => void process.stdout.write(`${line}\n`),
  progress: process.stderr,
};

export const list = (config: Config) => runModelsList(resolveOptions(config), io);
export const pull = (model: string, config: Config) => runModelsPull(model, resolveOptions(config), io);
export const path = (model: string, config: Config) => runModelsPath(model, resolveOptions(config), io);

/** `handspring models optimize`: makes the rewritten files, and the int8 ones if asked for; prints where and how near. */
export async function optimize(model: string, config: Config, log: Logger): Promise<number> {
  const { towers } = await openModel({ ...config, model, optimize: true }, log);
  for (const [modality, tower] of Object.entries(towers)) {
    for (const line of await describeMade(modality, tower)) io.out(line);
  }
  return 0;
}

export const convert = (checkpoint: string, flags: ConvertFlags) => runConvert(checkpoint, flags, io);

export function verify(model: string, config: Config, log: Logger, against?: string): Promise<number> {
  if (against === undefined) return runModelsVerify(model, resolveOptions(config), io);
  const openEmbedder: Parameters<typeof runModelsVerifyAgainst>[1]['openEmbedder'] = async (resolved) =>
    startEngine(await loadFound(resolved, findOptions(config, log)), config, observeLog(log));
  return runModelsVerifyAgainst(model, { ...resolveOptions(config), against, openEmbedder }, io);
}
