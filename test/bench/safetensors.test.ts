import { expect } from 'chai';
import { InferenceSession, Tensor } from '../../src/onnx/session/onnxruntime.js';
import { OnnxGraph } from '../../bench/model/onnx-graph.js';
import { CLIP_SHAPES, listWeights } from '../../bench/model/random-clip.js';
import { createRandomWeights } from '../../bench/model/random-weights.js';
import { toSafetensors } from '../../bench/model/safetensors.js';
import type { NamedTensor } from '../../bench/model/safetensors.js';
import { Transformer } from '../../bench/model/transformer.js';

const SHAPE = { ...CLIP_SHAPES.tiny, vocabulary: 200 };
/** Rounding of sums in another order. */
const TOLERANCE = 1e-6;

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

/** The format read as its description has it, from a whole file. */
function read(file: Buffer) {
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<string, Entry>;
  const data = file.subarray(8 + length);
  const floats = ({ data_offsets: [start, end] }: Entry) =>
    Array.from({ length: (end - start) / 4 }, (_, at) => data.readFloatLE(start + 4 * at));
  return { length, header, size: data.length, floats };
}

describe('the weights of the random CLIP as safetensors', () => {
  const weights = listWeights(SHAPE);
  const { length, header, size, floats } = read(Buffer.concat([...toSafetensors(weights)]));

  it('stand in the file with their names, shapes and numbers', () => {
    for (const weight of weights) {
      const entry = header[weight.name];
      expect(entry, weight.name).to.include({ dtype: 'F32' });
      expect(entry?.shape, weight.name).to.deep.equal(weight.dims);
      expect(entry && floats(entry), weight.name).to.deep.equal(Array.from(weight.values()));
    }
    expect(Object.keys(header)).to.have.length(weights.length + 1);
  });

  it('fill the file without a gap after a header whose length is a multiple of eight', () => {
    const { __metadata__: metadata, ...entries } = header;
    const ends = Object.values(entries).map(({ data_offsets: [start, end] }) => [start, end]);
    const gaps = ends.filter(([start], at) => start !== (ends[at - 1]?.[1] ?? 0));
    expect(gaps).to.deep.equal([]);
    expect(ends.at(-1)?.[1]).to.equal(size);
    expect(length % 8).to.equal(0);
    expect(metadata).to.deep.equal({ format: 'pt' });
  });

  it('are all that a CLIP of Hugging Face has, and no more', () => {
    const ofLayers = (layers: number) => 16 * layers;
    const { vision, text } = SHAPE;
    expect(new Set(weights.map(({ name }) => name)).size).to.equal(
      ofLayers(vision.layers) + 8 + ofLayers(text.layers) + 5 + 1,
    );
    const dims = Object.fromEntries(weights.map((weight) => [weight.name, weight.dims]));
    expect(dims).to.deep.include({
      'vision_model.embeddings.class_embedding': [64],
      'vision_model.embeddings.patch_embedding.weight': [64, 3, 16, 16],
      'vision_model.embeddings.position_embedding.weight': [17, 64],
      'vision_model.pre_layrnorm.bias': [64],
      'vision_model.encoder.layers.1.mlp.fc1.weight': [256, 64],
      'visual_projection.weight': [32, 64],
      'text_model.embeddings.token_embedding.weight': [200, 64],
      'text_model.encoder.layers.0.self_attn.out_proj.bias': [64],
      'text_model.final_layer_norm.weight': [64],
      logit_scale: [],
    });
  });

  it('have a row for each output of a linear layer, where the graph has a column', async () => {
    const told: NamedTensor[] = [];
    const graph = new OnnxGraph();
    const net = new Transformer(graph, createRandomWeights(5), (weight) => told.push(weight));
    net.project('x', 'layer', 3, 2, 'y');
    const x = { name: 'x', type: 'float32', dims: [1, 3] } as const;
    const file = graph.toFile(x, { name: 'y', type: 'float32', dims: [1, 2] });
    const session = await InferenceSession.create(Buffer.concat(file));
    const input = [1, -2, 0.5];
    const { y } = await session.run({ x: new Tensor('float32', input, [1, 3]) });
    expect(told).to.have.length(1);
    const rows = Array.from(told[0]?.values() ?? []);
    const expected = [rows.slice(0, 3), rows.slice(3)].map((row) =>
      row.reduce((sum, weight, at) => sum + weight * (input[at] ?? NaN), 0),
    );
    Array.from(y?.data as Float32Array).forEach((value, at) =>
      expect(value).to.be.closeTo(expected[at] ?? NaN, TOLERANCE),
    );
  });
});
