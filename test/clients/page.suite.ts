import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { similarity } from '../../src/index.js';
import { readBlocks } from '../docs/pages.js';
import { buildJvmClient, runJava } from './java-programs.js';
import { pythonForClient } from './python-programs.js';
import { Served } from './served.js';

/** How alike the text and the photo of the page are, to the digits that a way of adding up leaves alone. */
const SIMILARITY = 0.64698;

/** What each language's program prints, run at the root of the checkout, as a reader of the page does. */
const RUN: Readonly<Record<string, (served: Served, text: string) => Promise<string>>> = {
  sh: async (served, text) => {
    const { data } = JSON.parse(await served.run('.', 'bash', ['-euo', 'pipefail', '-c', text])) as {
      readonly data: readonly { readonly embedding: number[] }[];
    };
    const [cat, photo] = data.map(({ embedding }) => Float32Array.from(embedding));
    return String(similarity(cat!, photo!));
  },
  js: (served, text) => served.run('.', process.execPath, ['--input-type=module', '-e', text]),
  python: async (served, text) =>
    served.run('.', await pythonForClient(), ['-c', text], {
      PYTHONPATH: 'clients/python/src',
      PYTHONDONTWRITEBYTECODE: '1',
    }),
  java: async (served, text) => {
    await buildJvmClient(served, '-DskipTests');
    return runJava(served, text);
  },
  elixir: (served, text) =>
    inFile('program.exs', text, (file) =>
      served.run('.', 'elixir', [file], { LANG: 'C.UTF-8', MIX_INSTALL_DIR: path.dirname(file) }),
    ),
  go: (served, text) => inFile('program.go', text, (file) => served.run('.', 'go', ['run', file])),
};

async function inFile<T>(name: string, text: string, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-page-'));
  try {
    await writeFile(path.join(folder, name), text);
    return await work(path.join(folder, name));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('the page of other languages', function () {
  this.timeout(300_000);
  let served: Served;
  before(async () => {
    served = await Served.start();
  });
  after(() => served.stop());

  // LangChain and LlamaIndex are test/sdk's; a server is here.
  const blocks = readBlocks('docs/clients.md').filter(
    ({ needs, text }) => needs !== 'clients' && !text.startsWith('npm run serve'),
  );

  it('has a program for each language', () => {
    expect(new Set(blocks.map(({ language }) => language))).to.deep.equal(new Set(Object.keys(RUN)));
  });

  for (const { language, line, text } of blocks) {
    it(`tells in ${language} of line ${line} how alike a text and a photo are`, async () => {
      const printed = await RUN[language]!(served, served.here(text)); // Mix tells before that it compiles
      expect(Number(printed.trim().split('\n').at(-1)), printed).to.be.closeTo(SIMILARITY, 1e-4);
    });
  }
});
