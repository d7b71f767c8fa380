import { expect } from 'chai';
import { readMetric } from '../support/metric.js';
import { fixtureFolder } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';

interface Embeddings {
  readonly data: readonly { readonly index: number; readonly embedding: number[] }[];
  readonly usage: { readonly prompt_tokens: number };
}

/** Seven eighths of MAX_PENDING_ITEMS: what a request of more counts for. */
const COUNTED = 448;
const TEXTS = Array.from({ length: 2048 }, (_, at) => `a ${at}`);

describe('a request of more texts than MAX_PENDING_ITEMS', function () {
  this.timeout(60_000);
  let service: ServiceProcess;
  before(async () => {
    service = await startServiceProcess(['--model', fixtureFolder('clip'), '--modalities', 'text']);
  });
  after(() => service.stop());

  const embed = async (input: readonly string[]) => {
    const body = JSON.stringify({ input });
    const response = await fetch(`${service.url}/v1/embeddings`, { method: 'POST', body });
    return { status: response.status, answer: (await response.json()) as Embeddings };
  };

  it('is answered whole and in order, while queries come, each of which overtakes it', async () => {
    let isUnderWay = true;
    const large = embed(TEXTS).finally(() => (isUnderWay = false));
    while ((await readMetric(service.url, 'handspring_items_admitted')) < COUNTED && isUnderWay);
    const statuses: number[] = [];
    while (isUnderWay) {
      const { status } = await vectorize(service.url, { texts: [`a query ${statuses.length}`] });
      if (isUnderWay) statuses.push(status);
    }
    const { status, answer } = await large;
    expect(status).to.equal(200);
    expect(statuses.length).to.be.at.least(2);
    expect(new Set(statuses)).to.deep.equal(new Set([200]));
    expect(answer.data.map(({ index }) => index)).to.deep.equal(TEXTS.map((_, at) => at));
    for (const at of [0, 1000, 2047]) {
      const alone = await embed([TEXTS[at]!]);
      const inside = answer.data[at]!.embedding;
      alone.answer.data[0]!.embedding.forEach((x, i) => expect(x).to.be.closeTo(inside[i]!, 1e-5));
    }
  });

  it('has no second one beside it: that one is told to come again', async () => {
    const both = await Promise.all([embed(TEXTS), embed(TEXTS)]);
    expect(both.map(({ status }) => status)).to.have.members([200, 429]);
    expect(await readMetric(service.url, 'handspring_items_admitted')).to.equal(0);
  });
});
