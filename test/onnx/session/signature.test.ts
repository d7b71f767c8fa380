import { expect } from 'chai';
import type { InferenceSession, Tensor } from '../../../src/onnx/session/onnxruntime.js';
import {
  SignatureError,
  readImageSignature,
  readTextSignature,
} from '../../../src/onnx/session/signature.js';

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
const projected = { pooledIsEmbedding: false };
const siglip = { pooledIsEmbedding: true };
const pixels = tensor('pixel_values', 'float32', ['batch', 3, 224, 224]);
const embeds = tensor('image_embeds', 'float32', ['batch', 512]);
const hidden = tensor('last_hidden_state', 'float32', ['batch', 50, 768]);
const pooler = tensor('pooler_output', 'float32', ['batch', 768]);

describe('tower signatures', () => {
  it("reads Hugging Face's vision tower", () => {
    expect(readImageSignature([pixels], [embeds, hidden], projected)).to.deep.equal({
      modality: 'image',
      pixels: 'pixel_values',
      pixelType: 'float32',
      output: 'image_embeds',
      fixedBatch: undefined,
      fixedSide: 224,
    });
  });

  it("reads immich's visual tower, its fixed batch, and whatever its one output is called", () => {
    const image = tensor('image', 'float16', [1, 3, 224, 224]);
    expect(readImageSignature([image], [tensor('1234', 'float16', [1, 512])], projected)).to.deep.include({
      pixels: 'image',
      pixelType: 'float16',
      output: '1234',
      fixedBatch: 1,
    });
  });

  it("reads Hugging Face's text tower with its mask", () => {
    const inputs = ['attention_mask', 'input_ids'].map((name) =>
      tensor(name, 'int64', ['batch', 'sequence']),
    );
    expect(
      readTextSignature(inputs, [tensor('text_embeds', 'float32', ['batch', 512])], projected),
    ).to.deep.equal({
      modality: 'text',
      ids: { name: 'input_ids', type: 'int64' },
      attentionMask: { name: 'attention_mask', type: 'int64' },
      tokenTypes: undefined,
      output: 'text_embeds',
      fixedBatch: undefined,
      fixedLength: undefined,
    });
  });

  it("reads immich's textual tower: int32 of a fixed length", () => {
    const text = tensor('text', 'int32', ['batch', 77]);
    expect(
      readTextSignature([text], [tensor('embedding', 'float32', ['batch', 512])], projected),
    ).to.deep.include({
      ids: { name: 'text', type: 'int32' },
      fixedLength: 77,
    });
  });

  it('picks the right side of a file that holds both towers', () => {
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
    expect(readImageSignature(inputs, outputs, projected)).to.include({
      pixels: 'pixel_values',
      output: 'image_embeds',
    });
    expect(readTextSignature(inputs, outputs, projected)).to.deep.include({
      ids: { name: 'input_ids', type: 'int64' },
      output: 'text_embeds',
    });
  });

  it('takes pooler_output for the embedding only where the model has no projection', () => {
    expect(readImageSignature([pixels], [hidden, pooler], siglip).output).to.equal('pooler_output');
    expect(() => readImageSignature([pixels], [hidden, pooler], projected)).to.throw(
      SignatureError,
      'expected an output image_embeds [batch, dimensions], the file has last_hidden_state float32[batch, 50, 768], ' +
        'pooler_output float32[batch, 768]; pooler_output is not projected into the shared space',
    );
  });

  it('says what a file has in place of what was expected', () => {
    expect(() => readImageSignature([tensor('x', 'float32', [1, 2])], [embeds], projected)).to.throw(
      SignatureError,
      'expected an input of pixels [batch, 3, height, width] as float32 or float16, the file has x float32[1, 2]',
    );
    expect(() => readTextSignature([pixels], [embeds], projected)).to.throw(
      SignatureError,
      'expected an input of token ids [batch, length] as int32 or int64, the file has pixel_values',
    );
  });
});
