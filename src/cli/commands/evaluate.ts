import { writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { HandspringError } from '../../core/errors.js';
import { loadCaptions } from '../../photos/evaluate/dataset.js';
import type { CaptionedFile } from '../../photos/evaluate/dataset.js';
import { embedDataset } from '../../photos/evaluate/embed-dataset.js';
import type { EmbeddedDataset } from '../../photos/evaluate/embed-dataset.js';
import { measureDataset } from '../../photos/evaluate/figures.js';
import type { DatasetFigures } from '../../photos/evaluate/figures.js';
import { kindOfDataset } from '../../photos/evaluate/kind-of-dataset.js';
import type { Recall } from '../../photos/evaluate/recall.js';
import { evaluateThroughWeaviate } from '../../photos/evaluate/through-weaviate.js';
import type { MediaKind } from '../../photos/media/kind.js';
import { PHOTO } from '../../photos/media/kinds.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import { showProgress } from '../progress-bar.js';
import { startEngine } from '../../open/start-engine.js';
import { connectToWeaviate } from '../../photos/weaviate/connection.js';
import { findPhotoCollection } from '../../photos/weaviate/photo-collection.js';
import { observeLog } from '../observe-log.js';
import { openModel } from '../open-model.js';
import { renderFigures } from './evaluate-tables.js';
import { toWeaviateAddress } from '../weaviate-address.js';

/**
 * `handspring evaluate`: how well a model finds the photos or sounds of a captioned folder; a table, and JSON if asked for.
 * With `--weaviate` the same captions are asked of a collection of those photos too, for a row of its own.
 */
export async function evaluate(config: Config, log: Logger): Promise<number> {
  const dataset = await openDataset(config.dataset);
  const throughWeaviate = config.weaviate === '' ? undefined : await askWeaviate(config, dataset);
  const { model, figures } = await evaluateModel(config, dataset, log);
  process.stdout.write(renderFigures(model.name, figures, dataset.kind, throughWeaviate));
  if (config.json !== '') {
    const report = { model: model.name, ...figures, throughWeaviate };
    await writeFile(config.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return 0;
}

/** Captioned files of one kind. */
export interface Dataset {
  readonly files: readonly CaptionedFile[];
  readonly kind: MediaKind;
}

export async function openDataset(folder: string): Promise<Dataset> {
  const files = await loadCaptions(folder);
  return { files, kind: await kindOfDataset(files) };
}

/** A model with its vectors of a dataset and what they are good for. */
export interface Evaluated {
  readonly model: ModelFolder;
  readonly vectors: EmbeddedDataset;
  readonly figures: DatasetFigures;
}

/** Loads the model that the options name, with the towers that the dataset needs, and lets go of it when all is embedded. */
export async function evaluateModel(
  config: Config,
  { files, kind }: Dataset,
  log: Logger,
): Promise<Evaluated> {
  const options = { ...config, modalities: ['text', kind.modality] };
  const model = await openModel(options, log);
  const engine = await startEngine(model, options, observeLog(log));
  const progress = showProgress(kind.many, files.length);
  try {
    const vectors = await embedDataset(files, kind, engine.embedder, progress);
    return { model, vectors, figures: measureDataset(files, vectors, kind) };
  } finally {
    progress.stop();
    await engine.close();
  }
}

async function askWeaviate(config: Config, { files, kind }: Dataset): Promise<Recall> {
  if (kind !== PHOTO || files.some(({ label }) => label !== undefined)) {
    const expected = 'expected photos with captions of their own';
    const received = kind === PHOTO ? 'photos with labels' : kind.many;
    throw new HandspringError('invalid_request', `--weaviate: ${expected}, received ${received}`);
  }
  const client = await connectToWeaviate(toWeaviateAddress(config));
  const progress = showProgress('photos asked of Weaviate', files.length);
  try {
    const found = await findPhotoCollection(client, config.collection);
    if (!found) {
      const expected = `collection ${config.collection}: expected one that is there, received none`;
      throw new HandspringError('invalid_request', expected);
    }
    return await evaluateThroughWeaviate(found, files, progress);
  } finally {
    progress.stop();
    await client.close();
  }
}
