import { expect } from 'chai';
import { ConfigError, loadConfig } from '../../../src/cli/options/config.js';

describe("Weaviate's options", () => {
  const load = (flags: Record<string, string>) => loadConfig('import', { flags, env: {} });

  it('name a collection as Weaviate does, with a capital', () => {
    expect(load({ collection: 'photo' }).collection).to.equal('Photo');
    expect(load({ collection: 'My_photos2' }).collection).to.equal('My_photos2');
  });

  it('refuse a name that no collection can have, and addresses that are none, all at once', () => {
    const flags = { collection: 'my-photos', weaviate: 'localhost:8080', weaviateGrpc: 'ftp://a' };
    expect(() => load(flags))
      .to.throw(ConfigError)
      .with.property('problems')
      .that.deep.equals([
        '--weaviate: expected an http or https address such as http://localhost:8080, received "localhost:8080"',
        '--weaviate-grpc: expected an http or https address such as http://localhost:50051, received "ftp://a"',
        '--collection: expected a name of letters, digits and _ that begins with a letter, such as Photo, received "my-photos"',
      ]);
  });
});

describe('the defaults of a command', () => {
  it('stand where neither a flag nor a variable is given', () => {
    const sources = { flags: {}, defaults: { autoOrient: 'on' } };
    expect(loadConfig('demo', { ...sources, env: {} }).autoOrient).to.equal(true);
    expect(loadConfig('demo', { ...sources, env: { AUTO_ORIENT: 'off' } }).autoOrient).to.equal(false);
  });
});
