import { expect } from 'chai';
import { toModelFacts, toModuleFacts } from '../../../src/cli/commands/model-facts.js';

describe('what a page over a folder says of the model', () => {
  it('is what this process has loaded', () => {
    const started = (note: string | undefined) =>
      ({ model: { name: 'starter', title: 'Starter', note }, engine: { dimensions: 384 } }) as never;
    const facts = { name: 'starter', title: 'Starter', dimensions: 384, languages: 'English' };
    expect(toModelFacts(started(undefined))).to.deep.equal(facts);
    expect(toModelFacts(started('Not CLIP.'))).to.deep.equal({ ...facts, note: 'Not CLIP.' });
  });
});

describe('what a page over Weaviate says of the model', () => {
  it("is what the module's own /meta tells", () => {
    const told = { model: 'starter', title: 'Starter', note: 'It is not CLIP.', dimensions: 384 };
    const { model: name, ...facts } = told;
    expect(toModuleFacts('multi2vec-clip', { 'multi2vec-clip': { handspring: told } })).to.deep.equal({
      name,
      ...facts,
      languages: 'English',
    });
    const unknown = { model: 'a/b@c', title: null, note: null, dimensions: null };
    expect(toModuleFacts('multi2vec-bind', { 'multi2vec-bind': { handspring: unknown } })).to.deep.equal({
      name: 'a/b@c',
      title: 'a/b@c',
    });
  });

  it('claims nothing of a module that is another program, or not there', () => {
    const facts = { name: 'multi2vec-clip', title: "Weaviate's multi2vec-clip module" };
    expect(toModuleFacts('multi2vec-clip', {})).to.deep.equal(facts);
    expect(toModuleFacts('multi2vec-clip', { 'multi2vec-clip': {} })).to.deep.equal(facts);
  });
});
