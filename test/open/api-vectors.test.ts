import { expect } from 'chai';
import { norm } from '../../src/core/vectors.js';
import { copyFixture } from '../support/folder-copy.js';
import type { FolderCopy } from '../support/folder-copy.js';
import { toUnit } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { maxAbsDifference, vectorize } from '../support/vectorize.js';

const TEXTS = ['a cat', 'two dogs on a beach'];

describe('the vectors of /v1/embeddings', function () {
  this.timeout(60_000);
  let model: FolderCopy;
  let service: ServiceProcess;
  before(async () => {
    model = await copyFixture('clip');
    await model.edit('config.json', { matryoshka_dimensions: [4, 8, 16] }); // its vectors have 16
    const args = [
      '--model',
      model.folder,
      '--modalities',
      'text',
      '--normalize',
      'off',
      '--model-aliases',
      'text-embedding-3-small',
      '--cache-bytes',
      '1M',
    ];
    service = await startServiceProcess(args);
  });
  after(async () => {
    await service?.stop();
    await model?.discard();
  });

  const embed = async (options: object) => {
    const body = JSON.stringify({ input: TEXTS, ...options });
    const response = await fetch(`${service.url}/v1/embeddings`, { method: 'POST', body });
    const { data } = (await response.json()) as { data: { embedding: number[] }[] };
    return data.map(({ embedding }) => embedding);
  };

  it('have length 1 with NORMALIZE=off, where those of /vectorize have not, in the same direction', async () => {
    const { textVectors } = await vectorize(service.url, { texts: TEXTS });
    for (const [at, vector] of (await embed({})).entries()) {
      expect(Math.abs(norm(textVectors[at]!) - 1)).to.be.above(0.01);
      expect(maxAbsDifference(vector, toUnit(textVectors[at]!))).to.be.below(1e-6);
    }
    expect((await vectorize(service.url, { texts: TEXTS })).textVectors).to.deep.equal(textVectors);
  });

  it('are the first numbers of the whole, at length 1, in the lengths that the model states', async () => {
    const { textVectors } = await vectorize(service.url, { texts: TEXTS });
    for (const dimensions of [4, 8]) {
      const vectors = await embed({ dimensions });
      vectors.forEach((vector, at) =>
        expect(maxAbsDifference(vector, toUnit(textVectors[at]!.slice(0, dimensions)))).to.be.below(1e-6),
      );
    }
    expect(await embed({ model: 'text-embedding-3-small', dimensions: 8 })).to.deep.equal(
      await embed({ dimensions: 8 }),
    );
    const { handspring } = (await (await fetch(`${service.url}/meta`)).json()) as {
      handspring: { matryoshkaDimensions: number[] };
    };
    expect(handspring.matryoshkaDimensions).to.deep.equal([4, 8]);
  });
});
