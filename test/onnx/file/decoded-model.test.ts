import { expect } from 'chai';
import { encodeModel, parseModel } from '../../../src/onnx/file/decoded-model.js';
import { towerBytes, TOWERS } from '../graphs.js';

/** Protobuf for field 1000 of a message, a string: what a later schema might add. */
const UNKNOWN_FIELD = Buffer.from([0xc2, 0x3e, 5, ...Buffer.from('later')]);

describe('an ONNX file', () => {
  for (const name of TOWERS) {
    it(`of ${name} is the same after reading and writing`, () => {
      const once = encodeModel(parseModel(towerBytes(name)));
      expect(parseModel(once)).to.deep.equal(parseModel(towerBytes(name)));
      expect(Buffer.compare(encodeModel(parseModel(once)), once)).to.equal(0);
    });
  }

  it('keeps fields that the schema does not know', () => {
    const bytes = Buffer.concat([towerBytes('random-vision'), UNKNOWN_FIELD]);
    expect(Buffer.from(encodeModel(parseModel(bytes))).includes(UNKNOWN_FIELD)).to.equal(true);
  });

  it('lends its weights rather than copying them', () => {
    const bytes = towerBytes('random-vision');
    const weight = parseModel(bytes).graph.initializer.find(({ rawData }) => (rawData?.length ?? 0) > 1000);
    expect(weight?.rawData?.buffer).to.equal(bytes.buffer);
  });

  it('is refused if it is another format, or has no graph', () => {
    expect(() => parseModel(Buffer.from('<html>not a model</html>'))).to.throw('expected an ONNX file');
    expect(() => parseModel(new Uint8Array())).to.throw('expected an ONNX file with a graph');
  });

  it('is refused with what it is if it is a pointer of Git LFS', () => {
    const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 8\n');
    expect(() => parseModel(pointer)).to.throw('received a Git LFS pointer');
  });

  it('is refused if its weights are in another file', () => {
    const model = parseModel(towerBytes('random-vision'));
    model.graph.initializer[0]!.dataLocation = 1;
    expect(() => parseModel(encodeModel(model))).to.throw('received external data');
  });
});
