import { writeFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { Config } from '../options/config.js';
import { HandspringError } from '../../core/errors.js';
import { agreementOf } from '../../onnx/trial/agreement.js';
import type { Agreement } from '../../onnx/trial/agreement.js';
import type { DatasetFigures } from '../../photos/evaluate/figures.js';
import { evaluateModel, openDataset } from './evaluate.js';
import type { Dataset, Evaluated } from './evaluate.js';
import { figuresTable, headline } from './evaluate-tables.js';

const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;

export interface ComparedModels {
  readonly a: { readonly name: string; readonly figures: DatasetFigures };
  readonly b: { readonly name: string; readonly figures: DatasetFigures };
  /** Absent where the two are of different spaces, and their vectors cannot be compared. */
  readonly agreement?: { readonly items: Agreement; readonly texts: Agreement };
}

/**
 * `handspring evaluate --compare A B`: the figures of both on the same files and, where they are of one space, how near the
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
  const dataset = await openDataset(config.dataset);
  const a = await evaluateModel(configOf(first, config), dataset, log);
  const b = await evaluateModel(configOf(second, config), dataset, log);
  const compared = compare({ name: nameOf(first, a), ...a }, { name: nameOf(second, b), ...b });
  process.stdout.write(renderComparison(compared, dataset));
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

type NamedResult = Evaluated & { readonly name: string };

function compare(a: NamedResult, b: NamedResult): ComparedModels {
  const [first] = a.vectors.items;
  const comparable = first?.length === b.vectors.items[0]?.length && a.vectors.items.length >= 3;
  return {
    a: { name: a.name, figures: a.figures },
    b: { name: b.name, figures: b.figures },
    ...(comparable && {
      agreement: {
        items: agreementOf(a.vectors.items, b.vectors.items),
        texts: agreementOf(a.vectors.texts, b.vectors.texts),
      },
    }),
  };
}

/** The comparison as tables of Markdown. */
function renderComparison({ a, b, agreement }: ComparedModels, { kind }: Dataset): string {
  const agreementRow = (name: string, { cosineMean, cosineMin, rankAgreement, maxAbs }: Agreement) =>
    `| ${name} | ${cosineMean.toFixed(6)} | ${cosineMin.toFixed(6)} | ${rankAgreement.toFixed(3)} | ${maxAbs.toExponential(1)} |`;
  return [
    headline(`${a.name} and ${b.name}`, a.figures, kind),
    '',
    ...figuresTable([a, b], kind),
    '',
    ...(agreement
      ? [
          '| vectors of one beside the other | cosine, mean | cosine, least | nearest ten in common | largest difference |',
          '|---|--:|--:|--:|--:|',
          agreementRow(kind.many, agreement.items),
          agreementRow('texts', agreement.texts),
        ]
      : ['The two are of different spaces: their vectors cannot be compared with each other.']),
    '',
  ].join('\n');
}
