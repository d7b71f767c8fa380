import { expect } from 'chai';
import { toModuleFacts } from '../../../src/cli/commands/model-facts.js';

describe('what a page over Weaviate says of the model', () => {
  it("is what the module's own /meta tells", () => {
    const told = { model: 'starter', title: 'Starter', note: 'It is not CLIP.', dimensions: 384 };
    const { model: name, ...facts } = told;
    expect(toModuleFacts({ handspring: told })).to.deep.equal({ name, ...facts, languages: 'English' });
    const unknown = { model: 'a/b@c', title: null, note: null, dimensions: null };
    expect(toModuleFacts({ handspring: unknown })).to.deep.equal({ name: 'a/b@c', title: 'a/b@c' });
  });

  it('claims nothing of a module that is another program, or not there', () => {
    const facts = { name: 'multi2vec-clip', title: "Weaviate's multi2vec-clip module" };
    expect(toModuleFacts(undefined)).to.deep.equal(facts);
    expect(toModuleFacts({})).to.deep.equal(facts);
  });
});
