import { createRequire } from 'node:module';

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
  readonly version: string;
};

/** Version of ONNX Runtime, told without loading the library. */
export const ONNXRUNTIME_VERSION = version;
