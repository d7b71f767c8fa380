import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { command } from '../../../src/cli/command-line.js';
import { describeMade } from '../../../src/cli/commands/made-files.js';

describe('what models optimize prints', () => {
  let folder: string;
  const at = (name: string) => path.join(folder, name);
  const fidelity = { items: 8, cosineMean: 0.9998307, cosineMin: 0.9997891, maxAbs: 0.003, rankAgreement: 1 };
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'handspring-made-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('is file, card, fidelity and speed of an int8 tower', async () => {
    const file = at('optimized-int8-rows.onnx');
    const card = at('optimized-int8-rows.card.json');
    writeFileSync(card, JSON.stringify({ fidelity, speed: { ratio: 2.5 } }));
    expect(await describeMade('image', { file, isOptimized: true, int8: 'rows' })).to.deep.equal([
      'image: optimised graph, int8 by rows',
      `  file      ${file}`,
      `  card      ${card}`,
      '  fidelity  cosine 0.999831 to the original on average, 0.999789 at worst, of 8 samples',
      "  speed     2.50 times the original's, when it was made here",
    ]);
  });

  it('is file and verdict of a rewritten tower', async () => {
    const file = at('optimized.onnx');
    writeFileSync(at('optimized.json'), JSON.stringify({ comparison: { ...fidelity, speedRatio: 1.1 } }));
    const lines = await describeMade('text', { file, isOptimized: true });
    expect(lines.slice(0, 3)).to.deep.equal([
      'text: optimised graph',
      `  file      ${file}`,
      `  verdict   ${at('optimized.json')}`,
    ]);
    expect(lines[4]).to.match(/speed +1\.10 times/);
  });

  it('is the file alone of a tower that stayed as it was', async () => {
    const file = at('model.onnx');
    expect(await describeMade('text', { file })).to.deep.equal([
      'text: graph as it was',
      `  file      ${file}`,
    ]);
  });
});

describe('a command', () => {
  it('lists the options of its family but those that mean nothing to it', () => {
    const flagsOf = (without: readonly 'optimize'[]) =>
      command('optimize', 'models', '', without).options.map(({ long }) => long);
    expect(flagsOf([])).to.include('--optimize');
    expect(flagsOf(['optimize']))
      .to.include('--precision')
      .and.not.include('--optimize');
  });
});
