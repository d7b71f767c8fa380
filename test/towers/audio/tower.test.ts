import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../../src/core/own-module.js';
import { open, similarity } from '../../../src/index.js';
import type { Input, Model } from '../../../src/index.js';
import { madeSounds, wavOf } from './made-sounds.js';

const SOUNDS = madeSounds();
const siren = SOUNDS['a siren']!;
const fixture = (name: string) => readFileSync(new URL(`test/fixtures/sounds/${name}`, ROOT));

describe('the audio tower of the starter', function () {
  this.timeout(20_000);
  let model: Model;
  before(async () => {
    model = await open('starter', { modalities: ['text', 'audio'] });
  });
  after(() => model.close());

  const embedOne = async (input: Input) => (await model.embed([input]))[0];
  const failureOf = (audio: Uint8Array) =>
    model.embed([{ text: 'fine' }, { audio }]).then(
      () => expect.fail('it was answered'),
      (error: unknown) => error as { code: string; index: number; message: string },
    );

  it('puts sounds near the words for them', async () => {
    const words = [...Object.keys(SOUNDS), 'a dog barking', 'rain', 'a violin'];
    const vectors = await model.embed(words.map((text) => ({ text })));
    for (const [name, audio] of Object.entries(SOUNDS)) {
      const sound = await embedOne({ audio });
      const scores = vectors.map((vector) => similarity(vector, sound));
      expect(words[scores.indexOf(Math.max(...scores))]).to.equal(name);
    }
  });

  it('gives vectors of length 1, the same alone and among others, of one patch as of many', async () => {
    const short = wavOf((t) => 0.4 * Math.sin(2 * Math.PI * 440 * t), 0.2);
    const together = await model.embed([
      { audio: SOUNDS['white noise']! },
      { audio: short },
      { audio: siren },
    ]);
    for (const vector of together) expect(similarity(vector, vector)).to.be.closeTo(1, 1e-5);
    expect(await embedOne({ audio: short })).to.deep.equal(together[1]);
    expect(await embedOne({ audio: siren })).to.deep.equal(together[2]);
  });

  it('hears the same in each format', async () => {
    const names = ['chord.flac', 'chord.mp3', 'chord.ogg', 'chord.opus'];
    const [flac, ...others] = await model.embed(names.map((name) => ({ audio: fixture(name) })));
    others.forEach((vector, at) => expect(similarity(flac!, vector), names[at + 1]).to.be.greaterThan(0.85));
  });

  it('names the sound that it cannot read, and what it is instead', async () => {
    const { code, index, message } = await failureOf(Buffer.from('MPCK', 'latin1'));
    expect([code, index]).to.deep.equal(['invalid_media', 1]);
    expect(message).to.contain(
      'expected a WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus sound, received a Musepack file',
    );
  });

  it('keeps on hearing after a hundred broken files', async () => {
    const before = await embedOne({ audio: siren });
    const ogg = fixture('chord.ogg');
    const broken = Array.from({ length: 100 }, (_, at) => {
      const bytes = Buffer.from(ogg);
      bytes[(at * 101) % bytes.length]! ^= 0xff;
      return bytes;
    });
    const outcomes = await Promise.all(
      broken.map((audio) => embedOne({ audio }).catch(({ code }: { code: string }) => code)),
    );
    expect(outcomes.filter((outcome) => outcome === 'invalid_media')).to.have.length.greaterThan(90);
    expect(await embedOne({ audio: siren })).to.deep.equal(before);
  });
});
