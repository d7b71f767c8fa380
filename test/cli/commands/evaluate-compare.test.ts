import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { pino } from 'pino';
import { evaluateCompare } from '../../../src/cli/commands/evaluate-compare.js';
import type { ComparedModels } from '../../../src/cli/commands/evaluate-compare.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import type { OptionName } from '../../../src/cli/options/config.js';
import { ROOT } from '../../../src/core/own-module.js';

const rooted = (name: string) => fileURLToPath(new URL(name, ROOT));
const log = pino({ level: 'silent' });

describe('evaluate --compare', function () {
  this.timeout(120_000);
  let dataset: string;
  before(async () => {
    dataset = await mkdtemp(path.join(os.tmpdir(), 'compare-'));
    const captions = ['a cat', 'a cup of coffee', 'sheep in a field'];
    const photos = ['chelsea-the-cat', 'coffee-cup', 'march-pastoral'].map((name, index) => ({
      file: rooted(`samples/${name}.jpg`),
      captions: [captions[index]],
    }));
    await writeFile(path.join(dataset, 'captions.json'), JSON.stringify(photos));
  });
  after(() => rm(dataset, { recursive: true }));

  const run = async (flags: Partial<Record<OptionName, string>>): Promise<ComparedModels> => {
    const json = path.join(dataset, 'figures.json');
    const config = loadConfig('evaluate', { flags: { dataset, json, ...flags }, env: {} });
    const written: string[] = [];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
    try {
      expect(await evaluateCompare(config, log)).to.equal(0);
    } finally {
      process.stdout.write = write;
    }
    expect(written.join('')).to.include('recall@1');
    return JSON.parse(await readFile(json, 'utf8')) as ComparedModels;
  };

  it('finds a precision to agree with itself, and a model with its own recall', async () => {
    const { a, b, agreement } = await run({ compare: 'fp32 fp32' });
    expect([a.name, b.name]).to.deep.equal(['starter fp32', 'starter fp32']);
    expect(a.figures).to.have.nested.property('fromText.r1', 1);
    expect(agreement?.items.cosineMin).to.be.closeTo(1, 1e-6);
    expect(agreement?.texts.rankAgreement).to.equal(1);
  });

  it('gives recall alone for models of different spaces', async () => {
    const { a, b, agreement } = await run({ compare: `starter ${rooted('test/fixtures/models/clip')}` });
    expect(a.name).to.equal('starter');
    expect(b.figures.items).to.equal(3);
    expect(agreement).to.equal(undefined);
  });

  it('wants two names', async () => {
    const error = await run({ compare: 'fp32' }).catch((caught: Error) => caught);
    expect(error).to.have.property('message', '--compare: expected two precisions or models, received fp32');
  });
});
