import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { pino } from 'pino';
import { evaluate } from '../../../src/cli/commands/evaluate.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import type { OptionName } from '../../../src/cli/options/config.js';
import { ROOT } from '../../../src/core/own-module.js';
import { seededRandom } from '../../support/random.js';
import { rejectionOf } from '../../support/rejection.js';
import { pcm16, wavFile } from '../../towers/audio/wav-file.js';

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

  const json = () => path.join(dataset, 'figures.json');
  const readFigures = async () => JSON.parse(await readFile(json(), 'utf8')) as Record<string, unknown>;
  const run = async (flags: Partial<Record<OptionName, string>>) => {
    const config = loadConfig('evaluate', { flags: { json: json(), ...flags }, env: {} });
    const printed: string[] = [];
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
    try {
      expect(await evaluate(config, pino({ level: 'silent' }))).to.equal(0);
    } finally {
      process.stdout.write = write;
    }
    return printed.join('');
  };

  it('prints a table of recall, and writes the figures as JSON', async () => {
    expect(await run({ dataset })).to.equal(
      'starter: 3 photos, 3 captions\n\n' +
        '| | recall@1 | recall@5 | recall@10 |\n|---|--:|--:|--:|\n' +
        '| text → image | 1.000 | 1.000 | 1.000 |\n' +
        '| image → text | 1.000 | 1.000 | 1.000 |\n',
    );
    expect(await readFigures()).to.include({ model: 'starter', modality: 'image', items: 3, captions: 3 });
  });

  it('prints accuracy and average precision of sounds with labels', async () => {
    const folder = path.join(dataset, 'sounds');
    const label = (name: string, caption: string) => ({
      file: `${name}.wav`,
      label: name,
      captions: [caption],
    });
    const random = seededRandom(1);
    const sounds = {
      tone: (t: number) => 0.5 * Math.sin(2 * Math.PI * 800 * t),
      noise: () => 0.2 * (2 * random() - 1),
    };
    await mkdir(folder);
    for (const [name, shape] of Object.entries(sounds)) {
      const samples = Float32Array.from({ length: 32_000 }, (_, at) => shape(at / 16_000));
      await writeFile(path.join(folder, `${name}.wav`), wavFile(pcm16(samples)));
    }
    const captions = [label('tone', 'a sine wave'), label('noise', 'white noise')];
    await writeFile(path.join(folder, 'captions.json'), JSON.stringify(captions));
    expect(await run({ dataset: folder })).to.equal(
      'starter: 2 sounds, 2 captions\n\n' +
        '| | zero-shot accuracy | mean average precision |\n|---|--:|--:|\n' +
        '| all labels | 1.000 | 1.000 |\n\n' +
        '| label | files | accuracy | average precision |\n|---|--:|--:|--:|\n' +
        '| tone | 1 | 1.000 | 1.000 |\n' +
        '| noise | 1 | 1.000 | 1.000 |\n',
    );
    expect(await readFigures()).to.include({ modality: 'audio', accuracy: 1, meanAveragePrecision: 1 });
  });

  it('asks Weaviate for photos with captions of their own, and nothing else', async () => {
    const flags = { dataset: path.join(dataset, 'sounds'), weaviate: 'http://127.0.0.1:1' };
    expect((await rejectionOf(run(flags))).message).to.equal(
      '--weaviate: expected photos with captions of their own, received sounds',
    );
  });
});
