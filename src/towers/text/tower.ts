import type { Batcher } from '../../core/batcher.js';
import type { Content } from '../../core/embedder.js';
import type { Row } from '../../core/encoder.js';
import { HandspringError } from '../../core/errors.js';
import { RowTower } from '../../core/row-tower.js';
import type { Tower } from '../../core/tower.js';
import { defaultPrompt } from '../../models/folder/prompts.js';
import type { TowerKind } from '../kind.js';
import type { LongTextPolicy } from './long-text.js';
import { paddedLength } from './padding.js';
import { SAMPLE_SENTENCES } from './samples.js';
import { TextPreparer } from './text-preparer.js';
import type { TokenizerSource } from './tokenize-thread.js';
import { loadTokenizer } from './tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

export interface TextTowerSettings {
  /** Whether vectors are scaled to length 1; the mean of several is then brought back to it. */
  readonly normalize: boolean;
  readonly longText: LongTextPolicy;
  /** Most texts in a batch. */
  readonly maxTextBatchSize: number;
  readonly maxTextChars: number;
  /** Most windows of one text. */
  readonly maxTextWindows: number;
}

/** Of the usual length: 12 of CLIP's tokens, those at its start and end included. */
const CAPTION = 'a photo of two brown dogs running on a beach';

/** Texts → vectors. */
export const textKind: TowerKind<TextTowerSettings> = {
  modality: 'text',
  trial: { items: 'texts', batches: [1, 2, 4, 8, 16, 32], option: 'MAX_TEXT_BATCH_SIZE' },
  async plan(model, tower) {
    const tokenizer = await loadTokenizer(model.folder, tower);
    const { contextLength } = tokenizer;
    const { padId, padTo } = tokenizer.settings;
    return {
      input: { kind: 'tokens', contextLength, padId, padTo },
      outputs: ['text_embeds', 'text_embeddings', 'embedding', 'sentence_embedding'],
      sample: tokenizer.tokenize(CAPTION).ids,
      samples: () => Promise.resolve(SAMPLE_SENTENCES.map((sentence) => tokenizer.tokenize(sentence).ids)),
      maxBatch: ({ maxTextBatchSize }) => maxTextBatchSize,
      groupOf: (row) => paddedLength(row.length),
      start: (batcher, settings) =>
        Promise.resolve(
          startTextTower({ folder: model.folder, tower }, tokenizer, batcher, {
            ...settings,
            defaultPrompt: defaultPrompt(model),
          }),
        ),
    };
  },
};

function startTextTower(
  source: TokenizerSource,
  tokenizer: Tokenizer,
  batcher: Batcher<Row>,
  {
    normalize,
    longText,
    maxTextChars,
    maxTextWindows,
    defaultPrompt,
  }: TextTowerSettings & { readonly defaultPrompt: string },
): Tower {
  const preparer = new TextPreparer(tokenizer, {
    source,
    maxChars: maxTextChars,
    longText: { policy: longText, maxWindows: maxTextWindows },
  });
  return new RowTower<Int32Array<ArrayBuffer>>({
    modality: 'text',
    prepare: (content, { prompt = defaultPrompt, ...options }) =>
      preparer.prepare(prompt + stringOf(content), options),
    batcher,
    join: normalize ? 'mean-unit' : 'mean',
    close: () => preparer.close(),
  });
}

function stringOf(content: Content): string {
  if (typeof content === 'string') return content;
  throw new HandspringError('invalid_request', 'expected a text, received bytes');
}
