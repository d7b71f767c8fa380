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
import { ECHO_LENGTH, echoKindOf } from './echo-tower.js';

/** A model that gives its rows back, after so many steps that change their sign. */
function echoModel(detours = 0): Uint8Array {
  const nodes = Array.from({ length: detours }, (_, at) => ({
    op: 'Neg',
    reads: [at === 0 ? 'echo' : `detour${at - 1}`],
    makes: [`detour${at}`],
  }));
  const last = { op: 'Identity', reads: [nodes.at(-1)?.makes[0] ?? 'echo'], makes: ['echo_embeds'] };
  return buildOnnx({
    inputs: [{ name: 'echo', dims: [0, ECHO_LENGTH] }],
    outputs: [{ name: 'echo_embeds', dims: [0, ECHO_LENGTH] }],
    nodes: [...nodes, last],
  });
}

describe('a modality that the program does not know', () => {
  it('is served once its tower is named beside the others, by a model folder that names its file', async () => {
    const { folder, remove } = await makeFolder({
      'echo.onnx': echoModel(),
      'handspring.json': JSON.stringify({ name: 'echoes', towers: { echo: { file: 'echo.onnx' } } }),
    });
    const model = await loadModelFolder(folder, { modalities: ['echo'] });
    const settings = toEngineSettings({ ...ENGINE_DEFAULTS, threads: 1 }, model);
    const started = await startTowers(model, settings, {}, [...TOWER_KINDS, echoKindOf('echo')]);
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

  it('takes permits for every row, as many as it keeps the machine longer than others', async () => {
    const { folder, remove } = await makeFolder({
      'echo.onnx': echoModel(),
      'film.onnx': echoModel(4000),
      'handspring.json': JSON.stringify({
        towers: { echo: { file: 'echo.onnx' }, film: { file: 'film.onnx' } },
      }),
    });
    const model = await loadModelFolder(folder, { modalities: ['echo', 'film'] });
    const settings = toEngineSettings({ ...ENGINE_DEFAULTS, threads: 1 }, model);
    const kinds = [echoKindOf('echo'), echoKindOf('film')];
    const started = await startTowers(model, settings, {}, kinds);
    try {
      const admission = new Admission(10_000, 'items', 'MAX_PENDING_ITEMS');
      const engine = new Engine({ ...started, admission, deadlineMs: 10_000 });
      const permitsOf = async (...modalities: string[]) => {
        const answer = engine.embed(modalities.map((modality) => ({ modality, content: 'aaaabbbb' })));
        const permits = admission.inUse;
        await answer;
        return permits;
      };
      const ofFilm = await permitsOf('film');
      expect(await permitsOf('echo')).to.equal(2);
      expect(ofFilm).to.be.greaterThan(2 * 3);
      expect(await permitsOf('echo', 'film', 'film')).to.equal(2 + 2 * ofFilm);
      expect(admission.inUse).to.equal(0);
    } finally {
      await started.close();
      await remove();
    }
  });
});
