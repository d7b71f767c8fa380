import { writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { HandspringError } from '../../core/errors.js';
import { loadCaptions } from '../../photos/evaluate/dataset.js';
import type { CaptionedPhoto } from '../../photos/evaluate/dataset.js';
import { embedDataset } from '../../photos/evaluate/embed-dataset.js';
import type { EmbeddedDataset } from '../../photos/evaluate/embed-dataset.js';
import { measureRecall } from '../../photos/evaluate/recall.js';
import type { Recall, RetrievalFigures } from '../../photos/evaluate/recall.js';
import { evaluateThroughWeaviate } from '../../photos/evaluate/through-weaviate.js';
import type { ModelFolder } from '../../models/folder/folder.js';
import { showProgress } from '../progress-bar.js';
import { startEngine } from '../../open/start-engine.js';
import { connectToWeaviate } from '../../photos/weaviate/connection.js';
import { findPhotoCollection } from '../../photos/weaviate/photo-collection.js';
import { observeLog } from '../observe-log.js';
import { openModel } from '../open-model.js';
import { toWeaviateAddress } from '../weaviate-address.js';

/**
 * `handspring evaluate`: how well a model finds the photos of a captioned folder; a table, and JSON if asked for. With
 * `--weaviate` the same captions are asked of a collection of those photos too, for a row of its own.
 */
export async function evaluate(config: Config, log: Logger): Promise<number> {
  const photos = await loadCaptions(config.dataset);
  const throughWeaviate = config.weaviate === '' ? undefined : await askWeaviate(config, photos);
  const { model, figures } = await evaluateModel(config, photos, log);
  process.stdout.write(renderFigures(model.name, figures, throughWeaviate));
  if (config.json !== '') {
    const report = { model: model.name, ...figures, throughWeaviate };
    await writeFile(config.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return 0;
}

/** A model with its vectors of a dataset and what they are good for. */
export interface Evaluated {
  readonly model: ModelFolder;
  readonly vectors: EmbeddedDataset;
  readonly figures: RetrievalFigures;
}

/** Loads the model that the options name, and lets go of it when all is embedded. */
export async function evaluateModel(
  config: Config,
  photos: readonly CaptionedPhoto[],
  log: Logger,
): Promise<Evaluated> {
  const model = await openModel(config, log);
  const engine = await startEngine(model, config, observeLog(log));
  const progress = showProgress('photos', photos.length);
  try {
    const vectors = await embedDataset(photos, engine.embedder, progress);
    return { model, vectors, figures: measureRecall(vectors.images, vectors.texts, vectors.photoOf) };
  } finally {
    progress.stop();
    await engine.close();
  }
}

async function askWeaviate(config: Config, photos: readonly CaptionedPhoto[]): Promise<Recall> {
  const client = await connectToWeaviate(toWeaviateAddress(config));
  const progress = showProgress('photos asked of Weaviate', photos.length);
  try {
    const found = await findPhotoCollection(client, config.collection);
    if (!found) {
      const expected = `collection ${config.collection}: expected one that is there, received none`;
      throw new HandspringError('invalid_request', expected);
    }
    return await evaluateThroughWeaviate(found, photos, progress);
  } finally {
    progress.stop();
    await client.close();
  }
}

export const RECALL_HEAD = ['| | recall@1 | recall@5 | recall@10 |', '|---|--:|--:|--:|'] as const;

export function recallRow(name: string, { r1, r5, r10 }: Recall): string {
  return `| ${name} | ${[r1, r5, r10].map((value) => value.toFixed(3)).join(' | ')} |`;
}

/** The figures as a table of Markdown, which is as readable on a terminal. */
function renderFigures(
  model: string,
  { photos, captions, textToImage, imageToText }: RetrievalFigures,
  throughWeaviate?: Recall,
): string {
  return [
    `${model}: ${photos} photos, ${captions} captions`,
    '',
    ...RECALL_HEAD,
    recallRow('text → image', textToImage),
    ...(throughWeaviate ? [recallRow('text → image, through Weaviate', throughWeaviate)] : []),
    recallRow('image → text', imageToText),
    '',
  ].join('\n');
}
