import { expect } from 'chai';
import type { InferenceSession, Tensor } from '../../../src/onnx/session/onnxruntime.js';
import { SignatureError } from '../../../src/onnx/session/metadata.js';
import { readSignature } from '../../../src/onnx/session/signature.js';

const tensor = (
  name: string,
  type: Tensor.Type,
  shape: (number | string)[],
): InferenceSession.ValueMetadata => ({
  isTensor: true,
  name,
  type,
  shape,
});
const image = (...more: string[]) =>
  ({ input: { kind: 'dense', shape: [3, 224, 224] }, outputs: ['image_embeds', ...more] }) as const;
const text = {
  input: { kind: 'tokens', contextLength: 77, padId: 0, padTo: undefined },
  outputs: ['text_embeds', 'embedding'],
} as const;
const pixels = tensor('pixel_values', 'float32', ['batch', 3, 224, 224]);
const embeds = tensor('image_embeds', 'float32', ['batch', 512]);
const hidden = tensor('last_hidden_state', 'float32', ['batch', 50, 768]);
const pooler = tensor('pooler_output', 'float32', ['batch', 768]);

describe('the signature of a model file', () => {
  it("is read from Hugging Face's vision tower", () => {
    expect(readSignature([pixels], [embeds, hidden], image())).to.deep.equal({
      kind: 'dense',
      input: 'pixel_values',
      type: 'float32',
      shape: [3, 224, 224],
      output: 'image_embeds',
      fixedBatch: undefined,
    });
  });

  it("is read from immich's visual tower, its fixed batch, and whatever its one output is called", () => {
    const input = tensor('image', 'float16', [1, 3, 224, 224]);
    expect(readSignature([input], [tensor('1234', 'float16', [1, 512])], image())).to.deep.include({
      input: 'image',
      type: 'float16',
      output: '1234',
      fixedBatch: 1,
    });
  });

  for (const shape of [[6000], [6, 2000], [2, 3, 4], [3, 2, 16, 16]]) {
    it(`takes rows of ${shape.length} dimensions, where the file leaves sizes free by what is fed`, () => {
      const free = tensor('x', 'float32', ['batch', ...shape.map((_, axis) => `size_${axis}`)]);
      const half = tensor('x', 'float32', ['batch', ...shape.slice(0, -1), 'size']);
      for (const input of [free, half]) {
        const spec = { input: { kind: 'dense', shape }, outputs: ['image_embeds'] } as const;
        const others = [tensor('ids', 'int64', ['batch', 'length']), tensor('y', 'float32', ['batch'])];
        expect(readSignature([...others, input], [embeds], spec)).to.deep.include({ input: 'x', shape });
      }
    });
  }

  it("is read from Hugging Face's text tower with its mask", () => {
    const inputs = ['attention_mask', 'input_ids'].map((name) =>
      tensor(name, 'int64', ['batch', 'sequence']),
    );
    expect(readSignature(inputs, [tensor('text_embeds', 'float32', ['batch', 512])], text)).to.deep.equal({
      kind: 'tokens',
      ids: { name: 'input_ids', type: 'int64' },
      attentionMask: { name: 'attention_mask', type: 'int64' },
      tokenTypes: undefined,
      output: 'text_embeds',
      fixedBatch: undefined,
      fixedLength: undefined,
      padding: { contextLength: 77, padId: 0, padTo: undefined, evenLengths: false },
    });
  });

  it("is read from immich's textual tower: int32 of a fixed length", () => {
    const input = tensor('text', 'int32', ['batch', 77]);
    expect(readSignature([input], [tensor('embedding', 'float32', ['batch', 512])], text)).to.deep.include({
      ids: { name: 'text', type: 'int32' },
      fixedLength: 77,
    });
  });

  it('is of the right side of a file that holds two towers', () => {
    const inputs = [
      tensor('input_ids', 'int64', ['b', 's']),
      pixels,
      tensor('attention_mask', 'int64', ['b', 's']),
    ];
    const outputs = [
      tensor('logits_per_image', 'float32', ['b', 't']),
      tensor('text_embeds', 'float32', ['b', 512]),
      embeds,
    ];
    expect(readSignature(inputs, outputs, image())).to.include({
      input: 'pixel_values',
      output: 'image_embeds',
    });
    expect(readSignature(inputs, outputs, text)).to.deep.include({
      ids: { name: 'input_ids', type: 'int64' },
      output: 'text_embeds',
    });
  });

  it('takes pooler_output for the vectors only where it is named as such', () => {
    expect(readSignature([pixels], [hidden, pooler], image('pooler_output')).output).to.equal(
      'pooler_output',
    );
    expect(() => readSignature([pixels], [hidden, pooler], image())).to.throw(
      SignatureError,
      'expected an output image_embeds [batch, dimensions], the file has last_hidden_state float32[batch, 50, 768], ' +
        'pooler_output float32[batch, 768]; pooler_output is not projected into the shared space',
    );
  });

  it('is refused with what the file has in place of what was expected', () => {
    expect(() => readSignature([tensor('x', 'float32', [1, 2])], [embeds], image())).to.throw(
      SignatureError,
      'expected an input [batch, 3, 224, 224] of float32 or float16, the file has x float32[1, 2]',
    );
    expect(() => readSignature([pixels], [embeds], text)).to.throw(
      SignatureError,
      'expected an input of token ids [batch, length] as int32 or int64, the file has pixel_values',
    );
  });

  it('is refused where the file takes rows of another shape, or shorter ones', () => {
    const small = tensor('image', 'float32', ['batch', 3, 32, 'width']);
    expect(() => readSignature([small], [embeds], image())).to.throw(
      SignatureError,
      "image: expected rows of 3 × 224 × 224 numbers, as the folder's settings say, the file takes 3 × 32 × 224",
    );
    const short = tensor('text', 'int32', ['batch', 64]);
    expect(() => readSignature([short], [tensor('embedding', 'float32', ['batch', 512])], text)).to.throw(
      SignatureError,
      "text: expected rows of 77 tokens, as the folder's settings say, the file takes 64",
    );
  });
});
