import { expect } from 'chai';
import { loadCatalogue } from '../../src/models/catalogue.js';
import type { CatalogueEntry } from '../../src/models/catalogue.js';
import { renderCatalogue } from '../../src/models/catalogue-table.js';
import { towersOf, wantedFromCatalogue, wantedFromListing } from '../../src/models/wanted-files.js';

const CATALOGUE = loadCatalogue();
const OF_THE_HUB = CATALOGUE.filter(({ repository }) => repository !== null);

describe('the catalogue', () => {
  it('has at least twelve models, the shipped one first, each named once', () => {
    expect(OF_THE_HUB.length).to.be.at.least(12);
    expect(CATALOGUE[0]).to.include({ name: 'starter', repository: null });
    const names = CATALOGUE.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(name).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('covers the families that people ask for', () => {
    const titles = CATALOGUE.map(({ title }) => title).join('\n');
    for (const family of [
      'OpenAI CLIP ViT-B/32',
      'OpenAI CLIP ViT-B/16',
      'OpenAI CLIP ViT-L/14',
      'OpenCLIP ViT-B/32, LAION',
      'OpenCLIP ViT-B/16, LAION',
      'DataComp',
      'MobileCLIP',
      'TinyCLIP',
      'SigLIP base',
      'SigLIP 2 base',
      'XLM-RoBERTa',
      'MetaCLIP',
      'LAION CLAP',
    ]) {
      expect(titles).to.include(family);
    }
  });

  it('states hashes, sizes and commits whole, or not at all', () => {
    for (const { name, revision, files } of OF_THE_HUB) {
      if (revision !== null) expect(revision, name).to.match(/^[0-9a-f]{40}$/);
      for (const { path, sha256, bytes, from } of files) {
        if (sha256 !== null) expect(sha256, `${name} ${path}`).to.match(/^[0-9a-f]{64}$/);
        if (bytes !== null) expect(bytes, `${name} ${path}`).to.be.greaterThan(0);
        if (from !== undefined) expect(from.revision).to.match(/^[0-9a-f]{40}$/);
      }
    }
  });

  it('claims to have been run on no weights but the shipped ones', () => {
    const ran = CATALOGUE.filter(({ ranOnRealWeights }) => ranOnRealWeights).map(({ name }) => name);
    expect(ran).to.deep.equal(['starter']);
  });

  for (const entry of OF_THE_HUB) {
    it(`names for ${entry.name} every file of each tower, and no file that none needs`, () => {
      const wanted = (['fp32', 'fp16'] as const).flatMap((precision) =>
        towersOf(entry).flatMap((modality) => {
          if (precision === 'fp16' && !isPublished(entry, modality)) return [];
          const { files, graphs } = wantedFromCatalogue(entry, { modalities: [modality], precision });
          expect(graphs, `${modality} in ${precision}`).to.have.length(1);
          return files.map(({ hubPath }) => hubPath);
        }),
      );
      expect(entry.files.map(({ path }) => path)).to.have.members([...new Set(wanted)]);
    });
  }

  it('tells which towers a model of sounds has, to whoever asks for others', () => {
    const clap = CATALOGUE.find(({ name }) => name === 'clap-htsat-unfused')!;
    expect(towersOf(clap)).to.deep.equal(['text', 'audio']);
    expect(() => wantedFromCatalogue(clap, { modalities: ['image', 'text'], precision: 'fp32' })).to.throw(
      'clap-htsat-unfused: it has no image tower; MODALITIES=text,audio serves what there is',
    );
    const paths = clap.files.map(({ path }) => path);
    const listed = (modalities: string[]) => () =>
      wantedFromListing('someone/clap', paths, { modalities, precision: 'fp32' });
    expect(listed(['image', 'text'])).to.throw(
      'found none of these; MODALITIES=text,audio serves what there is',
    );
    expect(listed(['text', 'audio'])().graphs).to.have.length(2);
  });

  it('says of no two models that they replace the same tag', () => {
    const tags = CATALOGUE.flatMap(({ replaces }) => replaces ?? []);
    expect(new Set(tags).size).to.equal(tags.length);
  });

  it('becomes a table with a row for each model and its cautions below', () => {
    const table = renderCatalogue(CATALOGUE);
    for (const { name, choose, caution } of CATALOGUE) {
      expect(table).to.include(`| \`${name}\` |`).and.include(choose);
      if (caution !== undefined) expect(table).to.include(`- \`${name}\`: ${caution}`);
    }
    expect(table).to.include('605.7 MB').and.include('not known').and.include('locked at first download');
    const columns = table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    expect(new Set(columns).size).to.equal(1);
  });
});

const isPublished = ({ files }: CatalogueEntry, modality: string) =>
  files.some(({ path }) => path === `onnx/${modality === 'image' ? 'vision' : modality}_model_fp16.onnx`);
