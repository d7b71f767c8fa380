import { expect } from 'chai';
import { fixtureFolder, toUnit, unlike } from '../support/model-fixture.js';
import { startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';

/** A letter is one token of the tiny CLIP, and 75 stand between the two special ones. */
const window = (letter: string) => `${letter} `.repeat(75);

describe('a text of more tokens than the context', function () {
  this.timeout(60_000);
  let service: ServiceProcess | undefined;
  afterEach(() => service?.stop());
  const start = async (...args: string[]) => {
    service = await startServiceProcess(['--model', fixtureFolder('clip'), '--modalities', 'text', ...args]);
    return service.url;
  };
  const twoWindows = window('a') + window('b');

  it('has the vector of its first window, unless told otherwise', async () => {
    const { textVectors, headers } = await vectorize(await start(), { texts: [twoWindows, window('a')] });
    expect(unlike(textVectors.slice(0, 1), [['cut', textVectors[1] ?? []]])).to.be.empty;
    expect(headers.get('handspring-truncated-texts')).to.equal('0');
  });

  for (const normalize of ['off', 'on']) {
    it(`has the mean of its windows' vectors with LONG_TEXT=mean and NORMALIZE=${normalize}`, async () => {
      const url = await start('--long-text', 'mean', '--normalize', normalize);
      const answer = await vectorize(url, { texts: [twoWindows, window('a'), window('b')] });
      const [vector = [], first = [], second = []] = answer.textVectors;
      const mean = first.map((x, i) => (x + (second[i] ?? NaN)) / 2);
      expect(unlike([vector], [['mean', normalize === 'on' ? toUnit(mean) : mean]])).to.be.empty;
      expect(answer.headers.has('handspring-truncated-texts')).to.be.false;
    });
  }

  it('is refused with LONG_TEXT=error, by its index and length', async () => {
    const answer = await vectorize(await start('--long-text', 'error'), { texts: ['short', twoWindows] });
    expect([answer.status, answer.code, answer.error]).to.deep.equal([
      400,
      'invalid_request',
      'texts[1]: expected at most 77 tokens (LONG_TEXT=error), received 152',
    ]);
  });
});
