import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCatalogue } from '../../src/models/catalogue.js';
import { nearNames } from '../../src/models/near-names.js';
import { parseModelReference } from '../../src/models/reference.js';
import { ModelSourceError } from '../../src/models/source-error.js';
import { tinyEntry } from '../support/tiny-model.js';

const CATALOGUE = [tinyEntry(), tinyEntry({ name: 'tiny-clip-large' }), tinyEntry({ name: 'siglip2' })];

describe('what MODEL names', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'handspring-ref-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const parse = (text: string) => parseModelReference(text, CATALOGUE);
  const failure = (text: string): string => {
    try {
      parse(text);
    } catch (error) {
      expect(error).to.be.instanceOf(ModelSourceError).with.property('code', 'unknown_model');
      return (error as Error).message;
    }
    throw new Error(`expected ${text} to be refused`);
  };

  it('is a catalogue name when it equals one', () => {
    expect(parse(' tiny-clip ')).to.deep.equal({ kind: 'catalogue', entry: CATALOGUE[0] });
  });

  it('is a folder when there is one', () => {
    expect(parse(folder)).to.deep.equal({ kind: 'folder', folder });
    mkdirSync(join(folder, 'owner/name'), { recursive: true });
    expect(parse(`${folder}/owner/name`)).to.have.property('kind', 'folder');
  });

  it('is a repository of the hub, at main unless a revision is given', () => {
    expect(parse('Owner/some.model_1')).to.deep.equal({
      kind: 'hub',
      repository: 'Owner/some.model_1',
      revision: 'main',
    });
    expect(parse('owner/name@v1.0')).to.deep.equal({
      kind: 'hub',
      repository: 'owner/name',
      revision: 'v1.0',
    });
  });

  it('is never guessed from a misspelt name: the closest names are told instead', () => {
    expect(failure('tiny-clib')).to.include('Did you mean tiny-clip');
    expect(failure('nothing-like-it')).to.include('handspring models list');
  });

  it('leads from a tag of the official module to the model that answers the same', () => {
    const entry = tinyEntry({ replaces: 'sentence-transformers-clip-ViT-B-32' });
    for (const written of [
      'sentence-transformers-clip-ViT-B-32',
      'semitechnologies/multi2vec-clip:sentence-transformers-clip-vit-b-32',
    ]) {
      expect(() => parseModelReference(written, [entry])).to.throw(
        `MODEL: ${written} is a tag of the official module; its model is served by tiny-clip here`,
      );
    }
  });

  it('is not a repository when it is written as a path', () => {
    expect(failure('./models/mine')).to.include('folder that exists');
    expect(failure('/no/such')).to.include('folder that exists');
  });

  it('refuses what could lead out of the cache folder', () => {
    for (const text of ['owner/..', '..@x/name', 'owner/name@..', 'owner/name@a/b', 'a/b/c', '', 'owner/']) {
      failure(text);
    }
  });

  it('finds the real names of the catalogue from common ways to write them', () => {
    const names = loadCatalogue().map(({ name }) => name);
    expect(nearNames('openai-vit-b32', names)[0]).to.equal('openai-vit-b-32');
    expect(nearNames('siglip2', names)).to.deep.equal(['siglip2-base-patch16-224']);
  });
});
