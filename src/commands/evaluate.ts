import { writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { loadCaptions } from '../evaluate/dataset.js';
import { embedDataset } from '../evaluate/embed-dataset.js';
import { measureRecall } from '../evaluate/recall.js';
import type { Recall, RetrievalFigures } from '../evaluate/recall.js';
import { createMetrics } from '../metrics.js';
import { showProgress } from '../progress.js';
import { startService } from '../service.js';
import { openModel } from './open-model.js';

/** `handspring evaluate`: how well a model finds the photos of a captioned folder; a table, and JSON if asked for. */
export async function evaluate(config: Config, log: Logger): Promise<number> {
  const photos = await loadCaptions(config.dataset);
  const model = await openModel(config, log);
  const service = await startService(model, config, createMetrics(), log);
  const progress = showProgress('photos', photos.length);
  try {
    const { images, texts, photoOf } = await embedDataset(photos, service.embedder, progress);
    const figures = measureRecall(images, texts, photoOf);
    process.stdout.write(renderFigures(model.name, figures));
    if (config.json !== '')
      await writeFile(config.json, `${JSON.stringify({ model: model.name, ...figures }, null, 2)}\n`);
  } finally {
    progress.stop();
    await service.close();
  }
  return 0;
}

/** The figures as a table of Markdown, which is as readable on a terminal. */
export function renderFigures(
  model: string,
  { photos, captions, textToImage, imageToText }: RetrievalFigures,
): string {
  const row = (name: string, { r1, r5, r10 }: Recall) =>
    `| ${name} | ${[r1, r5, r10].map((value) => value.toFixed(3)).join(' | ')} |`;
  return [
    `${model}: ${photos} photos, ${captions} captions`,
    '',
    '| | recall@1 | recall@5 | recall@10 |',
    '|---|--:|--:|--:|',
    row('text → image', textToImage),
    row('image → text', imageToText),
    '',
  ].join('\n');
}
