import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { open } from '../../../src/index.js';
import type { Model } from '../../../src/index.js';
import type { JsonObject } from '../../../src/models/folder/json-file.js';
import { parseClapSettings } from '../../../src/towers/audio/clap-settings.js';
import { rowShape, rowsOf } from '../../../src/towers/audio/rows.js';
import { readAudioSettings } from '../../../src/towers/audio/read-settings.js';
import { spectrogramOf } from '../../../src/towers/audio/signal/spectrogram.js';
import { loadTokenizer } from '../../../src/towers/text/tokenizer.js';
import { copyFixture } from '../../support/folder-copy.js';
import { fixtureFolder, unlike } from '../../support/model-fixture.js';
import { chordAt } from './chord.js';
import { wavFile } from './wav-file.js';

const FOLDER = fixtureFolder('clap');
const RATE = 48_000;

interface ClapReference {
  readonly texts: Readonly<Record<string, { readonly ids: number[]; readonly vector: number[] }>>;
  readonly short: { seconds: number; every: number; features: number[]; vector: number[] };
  readonly long: { seconds: number; vector: number[] };
}
const read = (file: string) => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as unknown;
const { texts, short, long } = read('reference.json') as ClapReference;
const SETTINGS = read('preprocessor_config.json') as JsonObject;

/** As 32-bit floats, so that no rounding to 16 bits comes between. */
const chordFile = (seconds: number) =>
  wavFile(Buffer.from(chordAt(RATE, seconds).buffer), { rate: RATE, code: 3, bits: 32 });

describe("CLAP's preparation of sounds", () => {
  it('is the features of its extractor, of a short sound repeated and filled up with zeros', async () => {
    const settings = await readAudioSettings(FOLDER, { settings: 'preprocessor_config.json' });
    expect(rowShape(settings)).to.deep.equal([1, 1001, 64]);
    const row = rowsOf(chordAt(RATE, short.seconds), settings, spectrogramOf(settings.spectrogram));
    expect(row).to.have.length(1001 * 64);
    // Where the sound is silent the decibels are those of a power of 1e-10, the floor: both round to it.
    short.features.forEach((expected, at) => expect(row[at * short.every]).to.be.closeTo(expected, 2e-3));
  });

  const refused: [string, JsonObject, string][] = [
    ['fusion', { truncation: 'fusion' }, 'truncation: expected "rand_trunc", received "fusion": a model with fusion'],
    ['no word on fusion', { truncation: undefined }, 'truncation: expected "rand_trunc", received "fusion"'],
    ['a padding it does not know', { padding: 'mirror' }, 'padding: expected repeatpad, repeat, pad, received "mirror"'],
    ['a transform of another size', { fft_window_size: 1000 }, 'fft_window_size: expected a power of two, received 1000'],
    [
      'images',
      { feature_extractor_type: undefined, image_processor_type: 'CLIPImageProcessor' },
      'feature_extractor_type: expected ClapFeatureExtractor, received nothing',
    ],
  ]; // prettier-ignore
  for (const [what, changed, message] of refused) {
    it(`refuses settings with ${what}, by name`, () => {
      expect(() => parseClapSettings({ ...SETTINGS, ...changed })).to.throw(message);
    });
  }
});

describe('a model in the layout of CLAP', function () {
  this.timeout(20_000);
  let model: Model;
  before(async () => {
    model = await open(FOLDER, { modalities: ['text', 'audio'] });
  });
  after(() => model.close());

  it("has the ids and the vectors of RoBERTa's tokenizer, of long texts too", async () => {
    const tokenizer = await loadTokenizer(FOLDER);
    const all = Object.entries(texts);
    for (const [text, { ids }] of all) expect([...tokenizer.tokenize(text).ids]).to.deep.equal(ids);
    const vectors = await model.embed(all.map(([text]) => ({ text })));
    const expected = all.map(([text, { vector }]) => [text, vector] as const);
    expect(
      unlike(
        vectors.map((vector) => [...vector]),
        expected,
      ),
    ).to.be.empty;
  });

  it('has the vector of a short sound', async () => {
    const vectors = await model.embed([{ audio: chordFile(short.seconds) }]);
    expect(
      unlike(
        vectors.map((vector) => [...vector]),
        [['short', short.vector]],
      ),
    ).to.be.empty;
  });

  it('hears all of a long sound, as the mean of windows of length 1', async () => {
    const normalized = await open(FOLDER, { modalities: ['audio'], normalize: 'on' });
    const vectors = await normalized.embed([{ audio: chordFile(long.seconds) }]);
    await normalized.close();
    expect(
      unlike(
        vectors.map((vector) => [...vector]),
        [['long', long.vector]],
      ),
    ).to.be.empty;
  });

  it('says which towers there are where others are asked for', async () => {
    const failure = await open(FOLDER).catch((error: Error) => error.message);
    expect(failure).to.contain('the image tower as one of').and.contain('MODALITIES=text,audio serves');
  });

  it('refuses a model with fusion by the setting that says so', async () => {
    const copy = await copyFixture('clap');
    await copy.edit('preprocessor_config.json', { truncation: 'fusion' });
    const failure = await open(copy.folder, { modalities: ['audio'] }).catch((error: Error) => error.message);
    await copy.discard();
    expect(failure).to.contain('preprocessor_config.json: truncation: expected "rand_trunc"');
  });
});
