import { expect } from 'chai';
import { chooseModule, kindsOfModule } from '../../../src/photos/weaviate/media-module.js';

describe('the module of Weaviate that embeds files', () => {
  const namesOf = (...asked: Parameters<typeof kindsOfModule>) =>
    kindsOfModule(...asked).map(({ many }) => many);

  it('takes photos alone as multi2vec-clip, whatever towers it has', () => {
    const metas = { 'multi2vec-clip': { handspring: { modalities: ['text', 'image', 'audio'] } } };
    expect(namesOf('multi2vec-clip', metas)).to.deep.equal(['photos']);
  });

  it('takes as multi2vec-bind what it has towers for, and all where it does not say so', () => {
    const of = (...modalities: string[]) => ({ 'multi2vec-bind': { handspring: { modalities } } });
    expect(namesOf('multi2vec-bind', of('text', 'image'))).to.deep.equal(['photos']);
    expect(namesOf('multi2vec-bind', of('text', 'audio'))).to.deep.equal(['sounds']);
    expect(namesOf('multi2vec-bind', { 'multi2vec-bind': {} })).to.include.members(['photos', 'sounds']);
  });

  it('is multi2vec-bind for a new collection where there is that', () => {
    expect(chooseModule({ 'multi2vec-clip': {} })).to.equal('multi2vec-clip');
    expect(chooseModule({ 'multi2vec-clip': {}, 'multi2vec-bind': {} })).to.equal('multi2vec-bind');
    expect(chooseModule({})).to.equal('multi2vec-clip');
  });
});
