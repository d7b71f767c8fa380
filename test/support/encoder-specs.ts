import type { ModelFolder } from '../../src/models/folder/folder.js';
import type { EncoderSpec } from '../../src/onnx/session/encoder-spec.js';
import { encoderSpec } from '../../src/open/encoder-spec.js';
import type { EncoderSettings } from '../../src/open/engine-options.js';
import { TOWER_KINDS } from '../../src/towers/registry.js';

/** The specs of all towers that the model has. */
export async function encoderSpecs(model: ModelFolder, settings: EncoderSettings): Promise<EncoderSpec[]> {
  const specs = TOWER_KINDS.map(async (kind) => {
    const file = model.towers[kind.modality];
    return file && encoderSpec(kind.modality, file, await kind.plan(model, file), settings);
  });
  return (await Promise.all(specs)).filter((spec) => spec !== undefined);
}
