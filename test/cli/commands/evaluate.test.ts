import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { pino } from 'pino';
import { evaluate } from '../../../src/cli/commands/evaluate.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import { ROOT } from '../../../src/core/own-module.js';

const CAPTIONS = {
  'chelsea-the-cat': 'a cat',
  'coffee-cup': 'a cup of coffee',
  'march-pastoral': 'sheep in a field',
};

describe('evaluate', function () {
  this.timeout(60_000);
  let dataset: string;
  before(async () => {
    dataset = await mkdtemp(path.join(os.tmpdir(), 'evaluate-'));
    const photos = Object.entries(CAPTIONS).map(([name, caption]) => ({
      file: fileURLToPath(new URL(`samples/${name}.jpg`, ROOT)),
      captions: [caption],
    }));
    await writeFile(path.join(dataset, 'captions.json'), JSON.stringify(photos));
  });
  after(() => rm(dataset, { recursive: true }));

  it('prints a table of recall, and writes the figures as JSON', async () => {
    const json = path.join(dataset, 'figures.json');
    const config = loadConfig('evaluate', { flags: { dataset, json }, env: {} });
    const printed: string[] = [];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
    try {
      expect(await evaluate(config, pino({ level: 'silent' }))).to.equal(0);
    } finally {
      process.stdout.write = write;
    }
    expect(printed.join('')).to.equal(
      'starter: 3 photos, 3 captions\n\n' +
        '| | recall@1 | recall@5 | recall@10 |\n|---|--:|--:|--:|\n' +
        '| text → image | 1.000 | 1.000 | 1.000 |\n' +
        '| image → text | 1.000 | 1.000 | 1.000 |\n',
    );
    const figures = JSON.parse(await readFile(json, 'utf8')) as Record<string, unknown>;
    expect(figures).to.include({ model: 'starter', photos: 3, captions: 3 });
  });
});
