import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../../src/core/own-module.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { audioKind } from '../../../src/towers/audio/tower.js';

describe('the plan of an audio tower', () => {
  it('has sounds of several kinds to try a rewritten file on, as rows of the encoder', async () => {
    const folder = fileURLToPath(new URL('models/starter', ROOT));
    const model = await loadModelFolder(folder, { modalities: ['audio'] });
    const plan = await audioKind.plan(model, model.towers['audio']!);
    expect(plan.input).to.deep.equal({ kind: 'dense', shape: [96, 64] });
    const rows = await plan.samples();
    expect(rows).to.have.length(32); // eight of two seconds, of which each has four patches
    for (const row of [plan.sample, ...rows]) expect(row).to.have.length(96 * 64);
    const loudest = rows.map((row) => Math.max(...row));
    expect(new Set(loudest.map((value) => value.toFixed(2))).size).to.be.greaterThan(4);
    expect(await plan.samples(), 'the same each time').to.deep.equal(rows);
  });
});
