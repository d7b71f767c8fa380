import { ownModule } from '../../src/core/own-module.js';
import { ThreadedEncoder } from '../../src/onnx/session/threaded-encoder.js';
import type { EncoderSpec } from '../../src/onnx/session/encoder-spec.js';

/** A program of its own: closes an encoder that has a batch under way, and says so once it is closed. */
const spec: EncoderSpec = {
  name: 'image',
  file: '',
  threads: 1,
  normalize: false,
  outputs: [],
  input: { kind: 'dense', shape: [1] },
  sample: new Float32Array(1),
};
const thread = ownModule(new URL('./fake-encoder-thread.js', import.meta.url));
const { encoder } = await ThreadedEncoder.start(spec, {}, thread);
void encoder.encode([Float32Array.of(1)]);
await encoder.close();
process.stdout.write('closed');
