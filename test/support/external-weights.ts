import { encodeModel, parseModel } from '../../src/onnx/file/decoded-model.js';

/** Of `TensorProto`, beside what the rewrites know. */
interface ExternalTensor {
  rawData?: Uint8Array;
  dataLocation?: number;
  externalData?: { key: string; value: string }[];
}

/**
 * An ONNX file with its weights in files beside it, as exporters write them: those of the same name one after the other.
 * @param nameOf The file of the weight of that place, by its path from the model's folder.
 * @param minBytes Smaller weights stay inside: ONNX Runtime wants shapes there.
 */
export function withExternalWeights(
  bytes: Uint8Array,
  nameOf: (at: number) => string,
  minBytes = 1,
): { model: Uint8Array; files: ReadonlyMap<string, Buffer> } {
  const model = parseModel(bytes);
  const files = new Map<string, Buffer>();
  for (const [at, tensor] of (model.graph.initializer as ExternalTensor[]).entries()) {
    const { rawData } = tensor;
    if (rawData === undefined || rawData.length < minBytes) continue;
    const location = nameOf(at);
    const before = files.get(location) ?? Buffer.alloc(0);
    files.set(location, Buffer.concat([before, rawData]));
    delete tensor.rawData;
    tensor.dataLocation = 1;
    tensor.externalData = Object.entries({ location, offset: before.length, length: rawData.length }).map(
      ([key, value]) => ({ key, value: String(value) }),
    );
  }
  return { model: encodeModel(model), files };
}
