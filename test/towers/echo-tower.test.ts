import { expect } from 'chai';
import { Admission } from '../../src/core/admission.js';
import { Engine } from '../../src/core/engine.js';
import { loadModelFolder } from '../../src/models/folder/folder.js';
import { ENGINE_DEFAULTS } from '../../src/open/engine-defaults.js';
import { toEngineSettings } from '../../src/open/engine-options.js';
import { startTowers } from '../../src/open/start-towers.js';
import { TOWER_KINDS } from '../../src/towers/registry.js';
import { makeFolder } from '../support/folder.js';
import { buildOnnx } from '../support/onnx-builder.js';
import { ECHO_LENGTH, echoKind } from './echo-tower.js';

/** A model that gives its rows back. */
const ECHO_MODEL = buildOnnx({
  inputs: [{ name: 'echo', dims: [0, ECHO_LENGTH] }],
  outputs: [{ name: 'echo_embeds', dims: [0, ECHO_LENGTH] }],
  nodes: [{ op: 'Identity', reads: ['echo'], makes: ['echo_embeds'] }],
});

describe('a modality that the program does not know', () => {
  it('is served once its tower is named beside the others, by a model folder that names its file', async () => {
    const { folder, remove } = await makeFolder({
      'echo.onnx': ECHO_MODEL,
      'handspring.json': JSON.stringify({ name: 'echoes', towers: { echo: { file: 'echo.onnx' } } }),
    });
    const model = await loadModelFolder(folder, { modalities: ['echo'] });
    const settings = toEngineSettings({ ...ENGINE_DEFAULTS, threads: 1 }, model);
    const started = await startTowers(model, settings, {}, [...TOWER_KINDS, echoKind]);
    try {
      const admission = new Admission(8, 'items', 'MAX_PENDING_ITEMS');
      const engine = new Engine({ towers: started.towers, admission, deadlineMs: 10_000 });
      const answer = engine.embed([
        { modality: 'echo', content: 'aaaacccc' },
        { modality: 'echo', content: 'bbbb' },
      ]);
      expect(admission.inUse).to.equal(4);
      const { vectors } = await answer;
      expect(started.dimensions).to.equal(ECHO_LENGTH);
      expect(vectors.map((vector) => Array.from(vector))).to.deep.equal([
        [98, 98, 98, 98],
        [49, 49, 49, 49],
      ]);
    } finally {
      await started.close();
      await remove();
    }
  });
});
