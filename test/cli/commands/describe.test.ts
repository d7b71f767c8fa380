import path from 'node:path';
import { expect } from 'chai';
import { describeLimits } from '../../../src/cli/commands/describe-limits.js';
import { describeService } from '../../../src/cli/commands/describe.js';
import { OPTIONS, loadConfig } from '../../../src/cli/options/config.js';
import type { Option, OptionName } from '../../../src/cli/options/config.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { LIMIT_OPTIONS } from '../../../src/cli/options/limits.js';
import type { RunningEngine } from '../../../src/open/start-engine.js';
import { CONTRACTS } from '../../../src/serve/contracts/registry.js';
import { makeFolder } from '../../support/folder.js';
import { fixtureFolder } from '../../support/model-fixture.js';

const GIB = 2 ** 30;
const ENGINE: RunningEngine = {
  embedder: { embed: () => Promise.reject(new Error('not asked')) },
  dimensions: 32,
  matryoshkaDimensions: [],
  normalized: true,
  queue: () => ({ image: { waiting: 3, running: 1 } }),
  close: () => Promise.resolve(),
  halt: () => Promise.resolve(),
};
/** Options that take a path or an address, beside the secret ones. */
const TELLING: Partial<Record<OptionName, string>> = {
  cacheDir: '/where/files/are/kept',
  otlpEndpoint: 'http://collector.internal:4318',
  hfEndpoint: 'http://hub.internal',
  httpsProxy: 'http://proxy.internal:3128',
  httpProxy: 'http://proxy.internal:3128',
  trustedProxies: '192.0.2.77',
};
const SECRET = 's3cret';

describe('what /meta answers', () => {
  it("is the model's own configuration, and beside it what this service is doing", async () => {
    const model = await loadModelFolder(fixtureFolder('clip'));
    const config = loadConfig('serve', { flags: {}, env: {} });
    const { handspring, ...own } = describeService(config, { model, engine: ENGINE }) as Record<
      string,
      unknown
    >;
    expect(own).to.deep.equal(model.config);
    expect(handspring).to.include({ model: model.name, dimensions: 32, normalized: true });
    expect(handspring).to.have.deep.property('queue', { image: { waiting: 3, running: 1 } });
    expect(handspring).to.have.deep.property('limits', describeLimits(config));
  });

  it('tells in which form each tower answers', async () => {
    const model = await loadModelFolder(fixtureFolder('clip'));
    const towersIn = (changed: typeof model, precision: string) => {
      const config = loadConfig('serve', { flags: { precision }, env: {} });
      const described = describeService(config, { model: changed, engine: ENGINE });
      return (described as { handspring: { towers: unknown } }).handspring.towers;
    };
    const plain = { precision: 'fp32', int8: null, optimized: false };
    expect(towersIn(model, 'fp32')).to.deep.equal({ image: plain, text: plain });
    const image = { ...model.towers.image!, int8: 'blocks', isOptimized: true } as const;
    expect(towersIn({ ...model, towers: { image } }, 'int8')).to.deep.equal({
      image: { precision: 'int8', int8: 'blocks', optimized: true },
    });
    const unloaded = describeService(loadConfig('serve', { flags: {}, env: {} }));
    expect((unloaded as { handspring: object }).handspring).to.have.deep.property('towers', {});
  });

  it('lists what there is a tower for, the contracts that can be answered with it, and remarks on what is missing', async () => {
    const told = async (modalities: readonly string[]) => {
      const model = await loadModelFolder(fixtureFolder('clip'), { modalities });
      const config = loadConfig('serve', { flags: { modalities: modalities.join() }, env: {} });
      const { handspring } = describeService(config, { model, engine: ENGINE }) as {
        handspring: { modalities: string[]; contracts: string[]; remark: string | null };
      };
      return handspring;
    };
    const both = await told(['image', 'text']);
    expect(both.modalities).to.deep.equal(['image', 'text']);
    expect(both.contracts).to.deep.equal([...new Set(CONTRACTS.map(({ name }) => name))]);
    expect(both.remark).to.equal(null);
    const images = await told(['image']);
    expect(images.modalities).to.deep.equal(['image']);
    expect(images.contracts).to.deep.equal(['vectorize', 'img2vec', 'openai', 'cohere', 'qdrant']);
    expect(images.remark).to.equal('no text tower is loaded (MODALITIES=image): what needs it is refused');
    const texts = await told(['text']);
    expect(texts.contracts).to.include.members(['text2vec', 'gpt4all', 'tei']);
    expect(texts.contracts).to.not.include('img2vec');
    expect(texts.remark).to.include('no image tower');
  });

  it('has every limit, as a number', () => {
    const limits = describeLimits(loadConfig('serve', { flags: {}, env: {} }));
    const { rateLimit, quota, ...numbers } = limits;
    expect(numbers).to.include.keys(Object.keys(LIMIT_OPTIONS));
    for (const [name, value] of Object.entries(numbers)) expect(value, name).to.be.a('number').and.finite;
    expect([rateLimit, quota]).to.deep.equal([null, null]);
  });

  it('tells what auto came to, and a rate as it was written', () => {
    const auto = loadConfig('serve', { flags: { rateLimit: '600/m' }, env: {} });
    expect(describeLimits(auto, GIB)).to.include({
      maxImagePixels: 76_695_844,
      maxPendingPixels: 38_347_922,
      rateLimit: '600/m',
    });
    expect(describeLimits(auto, 64 * GIB)).to.include({ maxImagePixels: 178_956_970 });
    const given = loadConfig('serve', { flags: { maxImagePixels: '1000' }, env: {} });
    expect(describeLimits(given, GIB)).to.include({ maxImagePixels: 1000 });
  });

  it('tells no secret, no path and no address, whatever is set', async () => {
    const secrets = (Object.entries(OPTIONS) as [OptionName, Option<unknown>][])
      .filter(([, { secret, commands }]) => secret && commands.includes('serve'))
      .map(([name, { parse }]) => {
        const forms = [SECRET, `http://${SECRET}.example`, `redis://:${SECRET}@${SECRET}.example`];
        return [name, forms.find((form) => isTaken(parse, form)) ?? ''] as const;
      });
    expect(secrets.length).to.be.greaterThan(1);
    for (const [name, text] of secrets) expect(text, name).to.contain(SECRET);
    const model = await loadModelFolder(fixtureFolder('clip'));
    const keys = await makeFolder({
      'where/keys/are': JSON.stringify({ keys: [{ name: 'a', token: SECRET }] }),
    });
    const keysFile = path.join(keys.folder, 'where/keys/are');
    const flags = {
      ...TELLING,
      model: path.join(keys.folder, 'where'),
      keysFile,
      ...Object.fromEntries(secrets),
    };
    const told = JSON.stringify(
      describeService(loadConfig('serve', { flags, env: {} }), { model, engine: ENGINE }),
    );
    for (const piece of [SECRET, '/where/', '.internal', '192.0.2.77', model.folder]) {
      expect(told).to.not.include(piece);
    }
    await keys.remove();
  });
});

function isTaken(parse: Option<unknown>['parse'], text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}
