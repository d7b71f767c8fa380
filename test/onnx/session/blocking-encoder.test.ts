import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type { Row } from '../../../src/core/encoder.js';
import { BlockingEncoder } from '../../../src/onnx/session/blocking-encoder.js';
import type { EncoderSpec } from '../../../src/onnx/session/encoder-spec.js';
import { InferenceSession } from '../../../src/onnx/session/onnxruntime.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { encoderSpecs } from '../../support/encoder-specs.js';
import { loadTokenizer } from '../../../src/towers/text/tokenizer.js';
import { distance, fixtureFolder, readReference, unlike } from '../../support/model-fixture.js';
import { buildOnnx } from '../../support/onnx-builder.js';
import type { GraphSketch } from '../../support/onnx-builder.js';
import { HALF_MAX_ABS, REFERENCE_MAX_ABS } from '../../support/tolerance.js';

const SIDE = 32;
const TEXTS = [
  '',
  'a',
  'a photo of a cat',
  'naïve café, garçon',
  'two dogs run along the beach',
  'red red red red',
];

async function specOf(
  name: string,
  modality: 'image' | 'text',
  changes: Partial<EncoderSpec> = {},
): Promise<EncoderSpec> {
  const model = await loadModelFolder(fixtureFolder(name), { modalities: [modality] });
  const [spec] = await encoderSpecs(model, {
    threads: 1,
    spinMicroseconds: 0,
    normalize: false,
    evenLengths: false,
  });
  if (!spec) throw new Error('expected a tower');
  return { ...spec, ...changes };
}

async function rowsOf(name: string, texts: readonly string[]): Promise<Row[]> {
  const { folder, towers } = await loadModelFolder(fixtureFolder(name), { modalities: ['text'] });
  const tokenizer = await loadTokenizer(folder, towers.text);
  return texts.map((text) => tokenizer.tokenize(text).ids);
}

/** Pixels that differ from image to image and from place to place. */
const pixels = (seed: number) =>
  Float32Array.from({ length: 3 * SIDE * SIDE }, (_, i) => Math.sin(seed * 7 + i * (0.1 + seed / 10)));
const images = (count: number) => Array.from({ length: count }, (_, index) => pixels(index));

const quarter = () => new Float32Array(3 * SIDE * SIDE).fill(0.25);

/** A model in a folder laid out as the cache of Hugging Face's hub, its weights (each of them 2) in a file of their own. */
async function cacheWithLinks(folder: string, graph: GraphSketch): Promise<string> {
  const [blobs, snapshot] = [path.join(folder, 'blobs'), path.join(folder, 'snapshots', 'rev', 'onnx')];
  for (const made of [blobs, snapshot]) await mkdir(made, { recursive: true });
  await writeFile(path.join(blobs, 'a1'), buildOnnx({ ...graph, weightsFile: 'model.onnx_data' }));
  await writeFile(path.join(blobs, 'b2'), Float32Array.of(2));
  await symlink('../../../blobs/a1', path.join(snapshot, 'model.onnx'));
  await symlink('../../../blobs/b2', path.join(snapshot, 'model.onnx_data'));
  return path.join(snapshot, 'model.onnx');
}

/** The vectors of the rows, each batch in a run of its own. */
async function run(spec: EncoderSpec, ...batches: (readonly Row[])[]): Promise<number[][]> {
  const encoder = await BlockingEncoder.load(spec);
  const vectors: number[][] = [];
  for (const rows of batches) {
    vectors.push(...(await encoder.encode(rows)).vectors.map((vector) => Array.from(vector ?? [])));
  }
  await encoder.close();
  return vectors;
}

const sameAs = (vectors: readonly number[][]) => vectors.map((vector, at) => [`row ${at}`, vector] as const);

describe('a blocking encoder', () => {
  for (const name of ['clip', 'siglip', 'clip-single']) {
    it(`gives a batch the vectors of its members (${name})`, async () => {
      const rows = await rowsOf(name, TEXTS);
      const text = await specOf(name, 'text');
      const alone = await run(text, ...rows.map((row) => [row]));
      expect(unlike(await run(text, rows), sameAs(alone))).to.be.empty;

      const image = await specOf(name, 'image');
      const single = await run(image, ...images(5).map((row) => [row]));
      expect(unlike(await run(image, images(5)), sameAs(single))).to.be.empty;
      expect(distance(single[0] ?? [], single[1] ?? [])).to.be.above(0.01);
    });
  }

  it('has threads that keep their core while they wait for as long as it is told, or not at all', async () => {
    const sessions = InferenceSession as unknown as { create: (...args: unknown[]) => Promise<unknown> };
    const { create } = sessions;
    const asked: unknown[] = [];
    sessions.create = (...args) => {
      asked.push((args.at(-1) as InferenceSession.SessionOptions).extra?.['session']);
      return create.apply(InferenceSession, args);
    };
    try {
      for (const changes of [{}, { spinMicroseconds: 0 }, { spinMicroseconds: 20 }])
        await run(await specOf('clip', 'text', changes));
    } finally {
      sessions.create = create;
    }
    expect(asked.map((session) => (session as { intra_op: unknown }).intra_op)).to.deep.equal([
      { allow_spinning: '0' },
      { allow_spinning: '0' },
      { allow_spinning: '1', spin_duration_us: '20' },
    ]);
  });

  for (const threads of [2, 3]) {
    it(`gives the same vectors with ${threads} threads as with one`, async () => {
      const rows = await rowsOf('clip', TEXTS);
      const one = await run(await specOf('clip', 'text'), rows);
      expect(unlike(await run(await specOf('clip', 'text', { threads }), rows), sameAs(one))).to.be.empty;
      const single = await run(await specOf('clip', 'image'), images(5));
      const image = await specOf('clip', 'image', { threads });
      expect(unlike(await run(image, images(5)), sameAs(single))).to.be.empty;
    });
  }

  it('takes a text of every length up to the context', async () => {
    const { texts } = readReference('clip/reference.json');
    const vectors = await run(await specOf('clip', 'text'), await rowsOf('clip', Object.keys(texts)));
    expect(unlike(vectors, Object.entries(texts))).to.be.empty;
  });

  it('takes and gives 16-bit floats where its file does', async () => {
    const expected = await run(await specOf('clip', 'image'), images(3));
    const vectors = await run(await specOf('clip-half', 'image'), images(3));
    expect(unlike(vectors, sameAs(expected), HALF_MAX_ABS)).to.be.empty;
    expect(Math.max(...vectors.map((vector, at) => distance(vector, expected[at] ?? [])))).to.be.above(
      REFERENCE_MAX_ABS,
    );
  });

  it('scales to length 1 only if told to', async () => {
    const lengths = async (normalize: boolean) =>
      (await run(await specOf('clip', 'image', { normalize }), images(2))).map((vector) =>
        Math.hypot(...vector),
      );
    for (const length of await lengths(true)) expect(length).to.be.closeTo(1, 1e-6);
    for (const length of await lengths(false)) expect(length).to.be.above(2);
  });

  it('tells a row whose numbers are not finite from its neighbours', async () => {
    const spoilt = pixels(1).fill(NaN);
    const [before, bad, after] = await run(await specOf('clip', 'image'), [pixels(0), spoilt, pixels(2)]);
    const expected = await run(await specOf('clip', 'image'), [pixels(0), pixels(2)]);
    expect(bad).to.be.empty;
    expect(unlike([before ?? [], after ?? []], sameAs(expected))).to.be.empty;
  });

  it('tells what it is by its file', async () => {
    const encoder = await BlockingEncoder.load(await specOf('siglip', 'text'));
    expect(encoder.facts).to.include({ name: 'text', dimensions: 32 });
    await encoder.close();
  });

  it('tells what loading, the first run and a row after it take', async () => {
    const encoder = await BlockingEncoder.load(await specOf('clip', 'text'));
    const { loadMs, warmUpMs, rowMs } = encoder.facts;
    for (const ms of [loadMs, warmUpMs, rowMs]) expect(ms).to.be.within(0.001, 10_000);
    await encoder.close();
  });

  it('is loaded from a download cache, which has links for the file and for its weights', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'cache-'));
    const file = await cacheWithLinks(folder, {
      inputs: [{ name: 'pixel_values', dims: [0, 3, 0, 0] }],
      outputs: [{ name: 'image_embeds', dims: [0, 3] }],
      nodes: [
        { op: 'GlobalAveragePool', reads: ['pixel_values'], makes: ['pooled'] },
        { op: 'Flatten', reads: ['pooled'], makes: ['flat'] },
        { op: 'Mul', reads: ['flat', 'twice'], makes: ['image_embeds'] },
      ],
      weights: ['twice'],
    });
    expect(await run(await specOf('clip', 'image', { file }), [quarter()])).to.deep.equal([[0.5, 0.5, 0.5]]);
    await rm(folder, { recursive: true });
  });

  it('says so where its file is a pointer of Git LFS', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'pointer-'));
    const file = path.join(folder, 'model.onnx');
    await writeFile(file, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 8\n');
    const error = await BlockingEncoder.load(await specOf('clip', 'image', { file })).catch(
      (caught: Error) => caught,
    );
    expect(error).to.have.property(
      'message',
      `${file}: expected an ONNX model, received a Git LFS pointer to it; fetch the file itself, as by: git lfs pull`,
    );
    await rm(folder, { recursive: true });
  });

  describe('in a file that asks for more than its own input', () => {
    const POOL: GraphSketch['nodes'] = [
      { op: 'GlobalAveragePool', reads: ['pixel_values'], makes: ['pooled'] },
      { op: 'Flatten', reads: ['pooled'], makes: ['flat'] },
    ];
    const inputs = [
      { name: 'pixel_values', dims: [0, 3, 0, 0] },
      { name: 'other', dims: [3] },
    ];
    const embeds = { name: 'image_embeds', dims: [0, 3] };
    let folder: string;
    let file: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'tower-'));
      file = path.join(folder, 'model.onnx');
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('is cut out of it, and still finds weights that are kept in a file beside it', async () => {
      await writeFile(path.join(folder, 'weights'), Float32Array.of(2));
      const nodes = [
        ...POOL,
        { op: 'Mul', reads: ['flat', 'twice'], makes: ['image_embeds'] },
        { op: 'Mul', reads: ['other', 'twice'], makes: ['rest'] },
      ];
      const outputs = [embeds, { name: 'rest', dims: [3] }];
      await writeFile(
        file,
        buildOnnx({ inputs, outputs, nodes, weights: ['twice'], weightsFile: 'weights' }),
      );
      const [vector] = await run(await specOf('clip', 'image', { file }), [quarter()]);
      expect(vector).to.deep.equal([0.5, 0.5, 0.5]);
    });

    it('is cut out of it where download caches have links for the file and for its weights', async () => {
      const nodes = [
        ...POOL,
        { op: 'Mul', reads: ['flat', 'twice'], makes: ['image_embeds'] },
        { op: 'Mul', reads: ['other', 'twice'], makes: ['rest'] },
      ];
      const outputs = [embeds, { name: 'rest', dims: [3] }];
      const linked = await cacheWithLinks(folder, { inputs, outputs, nodes, weights: ['twice'] });
      expect(await run(await specOf('clip', 'image', { file: linked }), [quarter()])).to.deep.equal([
        [0.5, 0.5, 0.5],
      ]);
    });

    it('is refused if its vectors are computed from that input too', async () => {
      const nodes = [...POOL, { op: 'Add', reads: ['flat', 'other'], makes: ['image_embeds'] }];
      await writeFile(file, buildOnnx({ inputs, outputs: [embeds], nodes }));
      const error = await BlockingEncoder.load(await specOf('clip', 'image', { file })).catch(
        (caught: Error) => caught,
      );
      expect(error).to.have.property(
        'message',
        `${file}: expected image_embeds to need pixel_values, the file also asks for other`,
      );
    });
  });
});
