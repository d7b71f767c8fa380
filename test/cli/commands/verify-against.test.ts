import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { compareVectors, renderComparison } from '../../../src/cli/commands/compare-vectors.js';
import { parseReferenceVectors, readReferenceVectors } from '../../../src/cli/commands/reference-vectors.js';
import { runModelsVerifyAgainst } from '../../../src/cli/commands/verify-against.js';
import type { Embedder } from '../../../src/core/embedder.js';
import { contentOf, embedResult } from '../../support/items.js';

/** Texts `x,y` become the vector [x, y]; images become their first two bytes. */
const echo: Embedder = {
  embed: (items) =>
    Promise.resolve(
      embedResult(
        items
          .map(contentOf)
          .map((content) =>
            Float32Array.from(
              typeof content === 'string' ? content.split(',').map(Number) : content.subarray(0, 2),
            ),
          ),
      ),
    ),
};

describe('comparing with vectors made elsewhere', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'handspring-against-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const texts = (...items: [string, number[]][]) => ({
    model: 'theirs',
    folder,
    images: [],
    texts: items.map(([text, vector]) => ({ text, vector })),
  });

  it('takes the cosine item by item, and the lengths beside it', async () => {
    const reference = texts(['3,4', [6, 8]], ['1,0', [0, 5]], ['1,0', [-2, 0]]);
    const compared = (await compareVectors(echo, reference)).texts;
    expect(compared.map(({ cosine }) => cosine)).to.deep.equal([1, 0, -1]);
    expect(compared.map(({ lengthRatio }) => lengthRatio)).to.deep.equal([0.5, 0.2, 0.5]);
  });

  it('keeps each vector with its own item over several requests', async () => {
    const many = Array.from({ length: 50 }, (_, i): [string, number[]] => [`1,${i}`, [1, i]]);
    const compared = (await compareVectors(echo, texts(...many))).texts;
    expect(compared.map(({ item }) => item)).to.deep.equal(many.map(([text]) => text));
    for (const { cosine } of compared) expect(cosine).to.be.closeTo(1, 1e-9);
  });

  it('refuses vectors of another length: another model', async () => {
    const error = await compareVectors(echo, texts(['1,0', [1, 0, 0]])).catch(
      (reason: Error) => reason.message,
    );
    expect(error).to.include('3 dimensions').and.include('has 2');
  });

  it('prints mean, min and the five worst, worst first', () => {
    const items = [0.9, 0.5, 0.7, 1, 0.8, 0.6].map((cosine) => ({
      item: `at ${cosine}`,
      cosine,
      lengthRatio: 1,
    }));
    const lines = renderComparison({ texts: items, images: [] });
    expect(lines[0])
      .to.include('texts (6): cosine mean 0.750000, min 0.500000')
      .and.include('1.0000 to 1.0000');
    expect(lines.slice(1)).to.deep.equal([
      '  0.500000  at 0.5',
      '  0.600000  at 0.6',
      '  0.700000  at 0.7',
      '  0.800000  at 0.8',
      '  0.900000  at 0.9',
    ]);
  });

  it('reads a folder with its images, or a JSON file, and closes what it opened', async () => {
    const body = {
      model: 'official',
      texts: [{ text: '0,2', vector: [0, 1] }],
      images: [{ file: 'a.bin', vector: [1, 1] }],
    };
    writeFileSync(join(folder, 'reference.json'), JSON.stringify(body));
    writeFileSync(join(folder, 'a.bin'), Buffer.from([7, 7, 9]));
    for (const against of [folder, join(folder, 'reference.json')]) {
      const out: string[] = [];
      let closed = 0;
      const options = {
        cacheDir: folder,
        offline: true,
        modalities: ['image', 'text'],
        precision: 'fp32' as const,
        externalFiles: () => Promise.resolve([]),
        hub: { endpoint: 'http://127.0.0.1:1', stallMs: 1 },
        against,
        openEmbedder: () => Promise.resolve({ embedder: echo, close: () => Promise.resolve(void closed++) }),
      };
      const io = { out: (line: string) => void out.push(line), progress: { write: () => {} } };
      expect(await runModelsVerifyAgainst(folder, options, io)).to.equal(0);
      expect(out[0]).to.equal(`${folder} against official`);
      expect(out[1]).to.match(/^texts \(1\): cosine mean 1\.000000, min 1\.000000; .* 2\.0000 to 2\.0000$/);
      expect(out[3]).to.match(/^images \(1\): cosine mean 1\.000000/);
      expect(closed).to.equal(1);
    }
  });

  it('names what is wrong with a reference file', () => {
    const failure = (body: unknown) => {
      try {
        parseReferenceVectors(JSON.stringify(body));
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    };
    expect(failure([])).to.include('expected an object');
    expect(failure({})).to.include('at least one');
    expect(failure({ texts: [{ text: 'a', vector: [1] }, { text: 'b' }] })).to.include('texts[1].vector');
    expect(failure({ images: [{ vector: [1] }] }))
      .to.include('images[0]')
      .and.include('"file"');
    expect(failure({ texts: [{ text: 'a', vector: [1, null] }] })).to.include('texts[0].vector');
    expect(failure({ texts: 'a' })).to.include('texts: expected a list');
  });

  it('says which file is missing', async () => {
    const error = await readReferenceVectors(join(folder, 'none.json')).catch(
      (reason: Error) => reason.message,
    );
    expect(error).to.include('none.json');
  });
});
