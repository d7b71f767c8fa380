import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { open } from '../../src/index.js';
import type { Model } from '../../src/index.js';
import { decodeSound } from '../../src/towers/audio/decode/decode.js';
import { rowsOf } from '../../src/towers/audio/rows.js';
import { readAudioSettings } from '../../src/towers/audio/read-settings.js';
import { resample } from '../../src/towers/audio/signal/resample.js';
import { spectrogramOf } from '../../src/towers/audio/signal/spectrogram.js';
import { loadTokenizer } from '../../src/towers/text/tokenizer.js';
import { cosine } from '../support/model-fixture.js';

/** A random CLAP of Hugging Face's own classes, with what transformers prepares and answers; see `sounds.suite.ts`. */
const FOLDER = path.join(process.env['HANDSPRING_REFERENCE_DATA'] ?? '', 'senses', 'clap-tiny');

interface Expected {
  readonly id: string;
  readonly modality: 'text' | 'audio';
  readonly text: string;
  readonly ids: number[];
  readonly file: string;
  readonly samples48k: number;
  readonly prepared: { readonly shape: [number, number, number]; readonly values: number[] };
  readonly vectors: { readonly same: number[] };
}

const MIN_COSINE = 0.999_999;
/** Longer than a window: transformers cuts it at random, and the numbers are of its middle. */
const WINDOW = 480_000;
/** Of what is nearly silent, where float32 of the reference rounds most. */
const MAX_DECIBELS = 1.5e-3;

describe('CLAP, against transformers', function () {
  this.timeout(120_000);
  const { items } = JSON.parse(readFileSync(path.join(FOLDER, 'expected.json'), 'utf8')) as {
    items: Expected[];
  };
  const texts = items.filter(({ modality }) => modality === 'text');
  const sounds = items.filter(({ modality }) => modality === 'audio');
  const read = ({ file }: Expected) => readFileSync(path.join(FOLDER, file));
  let model: Model;
  before(async () => {
    model = await open(FOLDER, { modalities: ['text', 'audio'], normalize: 'on' });
  });
  after(() => model.close());

  it('has the ids of every text to the number, and its vector', async () => {
    const tokenizer = await loadTokenizer(FOLDER);
    for (const { id, text, ids } of texts) expect([...tokenizer.tokenize(text).ids], id).to.deep.equal(ids);
    const vectors = await model.embed(texts.map(({ text }) => ({ text })));
    texts.forEach(({ id, vectors: { same } }, at) =>
      expect(cosine([...vectors[at]!], same), id).to.be.at.least(MIN_COSINE),
    );
  });

  for (const item of sounds)
    it(`has the features of ${item.id}`, async () => {
      const { spectrogram, cut } = await readAudioSettings(FOLDER, { settings: 'preprocessor_config.json' });
      const { samples, rate } = await decodeSound(read(item), { maxSeconds: 60 });
      const settings = { spectrogram, cut: { ...cut, most: 1 } };
      const row = rowsOf(resample(samples, rate, spectrogram.rate), settings, spectrogramOf(spectrogram));
      expect(row).to.have.length(item.prepared.shape.reduce((a, b) => a * b));
      const far = item.prepared.values.map((value, k) =>
        Math.abs(row[Number((BigInt(k) * 2_654_435_761n) % BigInt(row.length))]! - value),
      );
      expect(Math.max(...far)).to.be.at.most(MAX_DECIBELS);
    });

  it('has the vector of every sound that transformers does not cut at random', async () => {
    const whole = sounds.filter(({ samples48k }) => samples48k <= WINDOW);
    expect(whole).to.have.length(sounds.length - 1);
    const vectors = await model.embed(whole.map((item) => ({ audio: read(item) })));
    whole.forEach(({ id, vectors: { same } }, at) =>
      expect(cosine([...vectors[at]!], same), id).to.be.at.least(MIN_COSINE),
    );
  });

  it('hears all of a longer one, and not only its middle', async () => {
    const longer = sounds.find(({ samples48k }) => samples48k > WINDOW)!;
    const [vector] = await model.embed([{ audio: read(longer) }]);
    expect(cosine([...vector], longer.vectors.same)).to.be.within(0.9, MIN_COSINE);
  });
});
