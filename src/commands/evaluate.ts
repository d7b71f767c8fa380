import { writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { HandspringError } from '../errors.js';
import { loadCaptions } from '../evaluate/dataset.js';
import type { CaptionedPhoto } from '../evaluate/dataset.js';
import { embedDataset } from '../evaluate/embed-dataset.js';
import { measureRecall } from '../evaluate/recall.js';
import type { Recall, RetrievalFigures } from '../evaluate/recall.js';
import { evaluateThroughWeaviate } from '../evaluate/through-weaviate.js';
import { createMetrics } from '../metrics.js';
import { showProgress } from '../progress.js';
import { startService } from '../service.js';
import { connectToWeaviate } from '../weaviate/connection.js';
import { findPhotoCollection } from '../weaviate/photo-collection.js';
import { openModel } from './open-model.js';
import { toWeaviateAddress } from './weaviate-address.js';

/**
 * `handspring evaluate`: how well a model finds the photos of a captioned folder; a table, and JSON if asked for. With
 * `--weaviate` the same captions are asked of a collection of those photos too, for a row of its own.
 */
export async function evaluate(config: Config, log: Logger): Promise<number> {
  const photos = await loadCaptions(config.dataset);
  const throughWeaviate = config.weaviate === '' ? undefined : await askWeaviate(config, photos);
  const model = await openModel(config, log);
  const service = await startService(model, config, createMetrics(), log);
  const progress = showProgress('photos', photos.length);
  try {
    const { images, texts, photoOf } = await embedDataset(photos, service.embedder, progress);
    const figures = measureRecall(images, texts, photoOf);
    process.stdout.write(renderFigures(model.name, figures, throughWeaviate));
    if (config.json !== '')
      await writeFile(
        config.json,
        `${JSON.stringify({ model: model.name, ...figures, throughWeaviate }, null, 2)}\n`,
      );
  } finally {
    progress.stop();
    await service.close();
  }
  return 0;
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

/** The figures as a table of Markdown, which is as readable on a terminal. */
export function renderFigures(
  model: string,
  { photos, captions, textToImage, imageToText }: RetrievalFigures,
  throughWeaviate?: Recall,
): string {
  const row = (name: string, { r1, r5, r10 }: Recall) =>
    `| ${name} | ${[r1, r5, r10].map((value) => value.toFixed(3)).join(' | ')} |`;
  return [
    `${model}: ${photos} photos, ${captions} captions`,
    '',
    '| | recall@1 | recall@5 | recall@10 |',
    '|---|--:|--:|--:|',
    row('text → image', textToImage),
    ...(throughWeaviate ? [row('text → image, through Weaviate', throughWeaviate)] : []),
    row('image → text', imageToText),
    '',
  ].join('\n');
}
