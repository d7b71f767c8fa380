import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { InferenceSession } from '../../../src/onnx/session/onnxruntime.js';
import { cutModel } from '../../../src/onnx/file/cut-model.js';
import { fixtureFolder } from '../../support/model-fixture.js';
import { buildOnnx } from '../../support/onnx-builder.js';
import type { GraphSketch } from '../../support/onnx-builder.js';

const row = (name: string) => ({ name, dims: [0, 3] });
/** Two towers of one node each, and a score that needs both. */
const TOWERS: GraphSketch = {
  inputs: [row('pixels'), row('ids')],
  outputs: [row('score'), row('image'), row('text')],
  weights: ['seen', 'read'],
  nodes: [
    { op: 'Mul', reads: ['pixels', 'seen'], makes: ['image'] },
    { op: 'Mul', reads: ['ids', 'read'], makes: ['text'] },
    { op: 'Add', reads: ['image', 'text'], makes: ['score'] },
  ],
};

describe('a model cut to one of its outputs', () => {
  it('asks for no more than that output needs, and has no other output', async () => {
    for (const [output, input] of [
      ['image', 'pixels'],
      ['text', 'ids'],
    ] as const) {
      const session = await InferenceSession.create(cutModel(buildOnnx(TOWERS), output));
      expect([session.inputNames, session.outputNames]).to.deep.equal([[input], [output]]);
      await session.release();
    }
  });

  it('leaves the weights of the other tower out', () => {
    const cut = Buffer.from(cutModel(buildOnnx(TOWERS), 'image'));
    expect([cut.includes('seen'), cut.includes('read')]).to.deep.equal([true, false]);
  });

  it('is the same bytes again where all is needed', () => {
    const whole = buildOnnx({ ...TOWERS, outputs: [row('score')] });
    expect(Buffer.compare(cutModel(whole, 'score'), whole)).to.equal(0);
  });

  it('keeps what a branch of a kept node reads', () => {
    const branch = [{ op: 'Identity', reads: ['read'], makes: ['chosen'] }];
    const graph: GraphSketch = {
      ...TOWERS,
      nodes: [{ op: 'If', reads: ['pixels'], makes: ['image'], branch }],
    };
    expect(Buffer.from(cutModel(buildOnnx(graph), 'image')).includes('read')).to.be.true;
  });

  it('has the weights of its own tower alone, for a file of both', () => {
    const whole = readFileSync(path.join(fixtureFolder('clip-combined'), 'onnx/model.onnx'));
    const sizes = ['image_embeds', 'text_embeds'].map((output) => cutModel(whole, output).length);
    for (const size of sizes) expect(size).to.be.below(whole.length * 0.65);
  });

  it('refuses bytes that end early or are no model', () => {
    const whole = buildOnnx(TOWERS);
    expect(() => cutModel(whole.subarray(0, whole.length - 1), 'image')).to.throw(
      RangeError,
      'inside a field',
    );
    expect(() => cutModel(Uint8Array.of(0x0a, 0xff), 'image')).to.throw(RangeError, 'inside a number');
    expect(() => cutModel(Buffer.from('<html>'), 'image')).to.throw(RangeError, 'a field of type 4');
  });
});
