import { writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { HandspringError } from '../../core/errors.js';
import { loadCaptions } from '../../photos/evaluate/dataset.js';
import type { CaptionedPhoto } from '../../photos/evaluate/dataset.js';
import { agreementOf } from '../../onnx/trial/agreement.js';
import type { Agreement } from '../../onnx/trial/agreement.js';
import type { RetrievalFigures } from '../../photos/evaluate/recall.js';
import { evaluateModel, recallRow, RECALL_HEAD } from './evaluate.js';
import type { Evaluated } from './evaluate.js';

const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;

export interface ComparedModels {
  readonly a: { readonly name: string; readonly figures: RetrievalFigures };
  readonly b: { readonly name: string; readonly figures: RetrievalFigures };
  /** Absent where the two are of different spaces, and their vectors cannot be compared. */
  readonly agreement?: { readonly images: Agreement; readonly texts: Agreement };
}

/**
 * `handspring evaluate --compare A B`: recall of both on the same photos and, where they are of one space, how near the
 * vectors of one are to the other's. A and B are precisions of `MODEL`, or models.
 * @throws HandspringError if there are not two.
 */
export async function evaluateCompare(config: Config, log: Logger): Promise<number> {
  const [first, second, ...more] = config.compare.split(/[\s,]+/).filter((name) => name !== '');
  if (first === undefined || second === undefined || more.length > 0) {
    const received = config.compare.trim() || 'none';
    throw new HandspringError(
      'invalid_request',
      `--compare: expected two precisions or models, received ${received}`,
    );
  }
  const photos = await loadCaptions(config.dataset);
  const a = await evaluateModel(configOf(first, config), photos, log);
  const b = await evaluateModel(configOf(second, config), photos, log);
  const compared = compare(nameOf(first, a), a, nameOf(second, b), b, photos);
  process.stdout.write(renderComparison(compared));
  if (config.json !== '') await writeFile(config.json, `${JSON.stringify(compared, null, 2)}\n`);
  return 0;
}

function configOf(name: string, config: Config): Config {
  const precision = PRECISIONS.find((known) => known === name);
  return precision ? { ...config, precision } : { ...config, model: name };
}

function nameOf(asked: string, { model }: Evaluated): string {
  return PRECISIONS.some((known) => known === asked) ? `${model.name} ${asked}` : model.name;
}

function compare(
  aName: string,
  a: Evaluated,
  bName: string,
  b: Evaluated,
  photos: readonly CaptionedPhoto[],
): ComparedModels {
  const comparable = a.vectors.images[0]?.length === b.vectors.images[0]?.length && photos.length >= 3;
  return {
    a: { name: aName, figures: a.figures },
    b: { name: bName, figures: b.figures },
    ...(comparable
      ? {
          agreement: {
            images: agreementOf(a.vectors.images, b.vectors.images),
            texts: agreementOf(a.vectors.texts, b.vectors.texts),
          },
        }
      : {}),
  };
}

/** The comparison as tables of Markdown. */
function renderComparison({ a, b, agreement }: ComparedModels): string {
  const { photos, captions } = a.figures;
  const agreementRow = (name: string, { cosineMean, cosineMin, rankAgreement, maxAbs }: Agreement) =>
    `| ${name} | ${cosineMean.toFixed(6)} | ${cosineMin.toFixed(6)} | ${rankAgreement.toFixed(3)} | ${maxAbs.toExponential(1)} |`;
  return [
    `${a.name} and ${b.name}: ${photos} photos, ${captions} captions`,
    '',
    ...RECALL_HEAD,
    recallRow(`${a.name}, text → image`, a.figures.textToImage),
    recallRow(`${b.name}, text → image`, b.figures.textToImage),
    recallRow(`${a.name}, image → text`, a.figures.imageToText),
    recallRow(`${b.name}, image → text`, b.figures.imageToText),
    '',
    ...(agreement
      ? [
          '| vectors of one beside the other | cosine, mean | cosine, least | nearest ten in common | largest difference |',
          '|---|--:|--:|--:|--:|',
          agreementRow('images', agreement.images),
          agreementRow('texts', agreement.texts),
        ]
      : ['The two are of different spaces: their vectors cannot be compared with each other.']),
    '',
  ].join('\n');
}
