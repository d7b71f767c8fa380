import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { convertImageBind } from '../../src/convert/imagebind/convert.js';
import { open, similarity } from '../../src/index.js';
import type { Input, Model, ModalityName } from '../../src/index.js';
import { decodeImage } from '../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../src/towers/image/decode/inspect.js';
import { toGrey } from '../../src/towers/image/grey.js';
import { resizeAndCrop } from '../../src/towers/image/preprocess.js';
import { readImageSettings } from '../../src/towers/image/settings.js';
import { clipsOf } from '../../src/towers/audio/clips.js';
import { toRow } from '../../src/towers/imu/readings.js';
import { readImuSettings } from '../../src/towers/imu/settings.js';
import { loadTokenizer } from '../../src/towers/text/tokenizer.js';
import { DATA, readNumbers } from './data.js';

/**
 * A random ImageBind in the official form, 26 inputs of seven kinds, and what Meta's code (M) and Weaviate's container (W) make of
 * them: not the project's to ship.
 */
const FOLDER = path.join(DATA, 'imagebind-tiny');
const MODALITIES = ['text', 'image', 'audio', 'video', 'depth', 'thermal', 'imu'] as const;

interface Item {
  readonly id: string;
  readonly modality: ModalityName;
  readonly text?: string;
  readonly file?: string;
  readonly ids?: readonly number[] | Readonly<Record<string, readonly number[]>>;
  readonly pixels?: { readonly sha256: string };
  readonly samples16k?: number;
  readonly clips?: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly prepared?: Readonly<Record<string, { readonly sha256: string }>>;
  readonly vectors: Readonly<Record<string, readonly number[]>>;
  readonly tolerance?: { readonly cosine: number; readonly lengthRatio: number };
}

/** 1 − cosine; of hybrid Opus, which ffmpeg and libopus decode differently, what its entry says. */
const TOLERANCE = 1e-9;
const LENGTH_TOLERANCE = 1e-5;

/** The keys under which a policy's vectors stand. Texts of more than 77 tokens keep their end, as in Meta's code, with either. */
const KEYS = { meta: ['same', 'M', 'transpose'], weaviate: ['same', 'W', 'reshape'] } as const;
const keysOf = (policy: keyof typeof KEYS, { modality }: Item) =>
  modality === 'text' ? KEYS.meta : KEYS[policy];
const pick = <T>(values: Readonly<Record<string, T>>, keys: readonly string[]) =>
  keys.map((key) => values[key]).find((value) => value !== undefined)!;

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const length = (vector: ArrayLike<number>) => Math.hypot(...Array.from(vector));

describe('ImageBind, against the reference', function () {
  this.timeout(120_000);
  let root: string;
  let items: readonly Item[];
  let heads: Record<string, number>;
  before(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), 'imagebind-'));
    const read = async (file: string) =>
      JSON.parse(await readFile(path.join(FOLDER, file), 'utf8')) as unknown;
    ({ items } = (await read('expected.json')) as { items: Item[] });
    const { towers } = (await read('config.json')) as { towers: Record<string, { heads: number }> };
    heads = Object.fromEntries(Object.entries(towers).map(([name, tower]) => [name, tower.heads]));
  });
  after(() => rm(root, { recursive: true }));

  const bytesOf = ({ file }: Item) => readFile(path.join(FOLDER, file!));
  const of = (modality: ModalityName) => items.filter((item) => item.modality === modality);

  for (const clips of ['weaviate', 'meta'] as const) {
    describe(`converted with --clips ${clips}`, () => {
      let model: Model;
      const folder = () => path.join(root, clips);
      before(async () => {
        await convertImageBind(path.join(FOLDER, 'imagebind_tiny.pth'), { out: folder(), clips, heads });
        model = await open(folder(), { modalities: MODALITIES });
      });
      after(() => model.close());

      for (const modality of MODALITIES)
        it(`gives the reference's vectors for ${modality}`, async () => {
          expect(of(modality)).not.to.be.empty;
          for (const item of of(modality)) {
            const input = { [modality]: item.text ?? (await bytesOf(item)) } as Input;
            const [vector] = await model.embed([input]);
            const expected = pick(item.vectors, keysOf(clips, item));
            const { cosine = 1 - TOLERANCE, lengthRatio = LENGTH_TOLERANCE } = item.tolerance ?? {};
            expect(1 - similarity(vector, expected), item.id).to.be.at.most(1 - cosine);
            expect(Math.abs(length(vector) / length(expected) - 1), item.id).to.be.at.most(lengthRatio);
          }
        });

      it('reads the ids of texts to the bit', async () => {
        const tokenizer = await loadTokenizer(folder());
        for (const item of of('text')) {
          const ids = Array.isArray(item.ids)
            ? (item.ids as readonly number[])
            : (item.ids as Record<string, readonly number[]>)['M'];
          expect(Array.from(tokenizer.tokenize(item.text!).ids), item.id).to.deep.equal(ids);
        }
      });

      it('makes the pixels of pictures to the bit', async () => {
        for (const item of items.filter(({ pixels }) => pixels)) {
          const bytes = await bytesOf(item);
          const settings = await readImageSettings(folder(), {
            settings: `${item.modality}/preprocess_cfg.json`,
          });
          const header = await inspectImage(bytes, { maxBytes: Infinity, maxPixels: Infinity });
          const decoded = await decodeImage(bytes, header, { orient: false });
          const isGrey = settings.mean.length === 1;
          const { data } = resizeAndCrop(isGrey ? toGrey(decoded) : decoded, settings);
          const pixels = isGrey ? data.filter((_, at) => at % 3 === 0) : data;
          expect(sha256(pixels), item.id).to.equal(item.pixels!.sha256);
        }
      });

      it("reads a motion sensor's tables to the bit", async () => {
        const settings = await readImuSettings(folder(), { settings: 'imu.json' });
        for (const item of of('imu')) {
          const row = toRow(await bytesOf(item), settings);
          const expected = pick(item.prepared!, keysOf(clips, item));
          expect(sha256(new Uint8Array(row.buffer)), item.id).to.equal(expected.sha256);
        }
      });
    });
  }

  it('places the clips of sounds of 3,023 lengths as the reference does', () => {
    const numbers = new Int32Array(readNumbers('clips.i32.gz').buffer);
    const WIDTH = 13;
    const settings = { kind: 'clips', seconds: 2, columns: 204, mean: 0, std: 1 } as const;
    const kinds = [
      { count: 3, reachesEnd: true, from: 1 },
      { count: 3, reachesEnd: false, from: 3 },
      { count: 5, reachesEnd: true, from: 5 },
      { count: 5, reachesEnd: false, from: 9 },
    ];
    expect(numbers.length / WIDTH).to.equal(3023);
    for (let at = 0; at < numbers.length; at += WIDTH) {
      const samples = numbers[at]!;
      for (const { count, reachesEnd, from } of kinds) {
        const starts = clipsOf(samples, 16_000, { ...settings, count, reachesEnd }).map(({ start }) => start);
        const expected = Array.from(numbers.subarray(at + from, at + from + count - 1));
        const isShort = samples <= 32_000;
        expect(starts.slice(1), `${samples} samples`).to.deep.equal(isShort ? [] : expected);
        if (isShort) expect(new Set(expected)).to.deep.equal(new Set([0]));
      }
    }
  });
});
