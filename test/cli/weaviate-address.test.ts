import { expect } from 'chai';
import { toWeaviateAddress } from '../../src/cli/weaviate-address.js';
import { ConfigError, loadConfig } from '../../src/cli/options/config.js';

const load = (flags: Parameters<typeof loadConfig>[1]['flags']) => loadConfig('demo', { flags, env: {} });

describe('the address of a Weaviate', () => {
  it('is what the options say, with headers and key', () => {
    const config = load({
      weaviate: 'http://a:1',
      weaviateGrpc: 'http://b:2',
      weaviateApiKey: 'secret',
      weaviateHeaders: 'X-One: 1',
      collection: 'Photo',
    });
    expect(toWeaviateAddress(config)).to.deep.equal({
      url: config.weaviate,
      grpcUrl: config.weaviateGrpc,
      apiKey: 'secret',
      headers: config.weaviateHeaders,
      grpcProxy: '',
    });
  });

  it('names all that is missing at once', () => {
    expect(() => toWeaviateAddress(load({})))
      .to.throw(ConfigError)
      .with.property('problems')
      .that.deep.equals([
        '--weaviate or WEAVIATE_URL: expected the address of a Weaviate, received nothing',
        '--collection or COLLECTION: expected the name of a collection, received nothing',
      ]);
  });
});
