import { readFileSync, readdirSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { ROOT } from '../../src/core/own-module.js';

const GITHUB = new URL('.github/', ROOT);
const read = (file: string) => readFileSync(new URL(file, GITHUB), 'utf8');
const workflows = readdirSync(new URL('workflows/', GITHUB)).map((file) => read(`workflows/${file}`));
const forms = readdirSync(new URL('ISSUE_TEMPLATE/', GITHUB)).filter((file) => file !== 'config.yml');

interface Workflow {
  readonly jobs: Record<string, { readonly strategy?: { readonly matrix: { readonly node?: number[] } } }>;
}

interface Form {
  readonly name?: string;
  readonly description?: string;
  readonly body?: { readonly type: string; readonly attributes: { readonly label?: string } }[];
}

describe('the workflows', () => {
  it('take each action by its digest, with the version beside it', () => {
    const used = workflows.flatMap((text) => text.match(/uses: .*/g) ?? []);
    expect(used.length).to.be.greaterThan(5);
    expect(used.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).to.be
      .empty;
  });

  it('run scripts that are there', () => {
    const { scripts } = JSON.parse(read('../package.json')) as { scripts: Record<string, string> };
    const named = workflows.flatMap((text) =>
      Array.from(text.matchAll(/npm run ([\w:]+)/g), ([, name = '']) => name),
    );
    expect(named.filter((name) => !(name in scripts))).to.be.empty;
  });

  it('test on the version of Node.js that contributors have', () => {
    const versions = workflows.flatMap((text) =>
      Object.values((parse(text) as Workflow).jobs).flatMap(({ strategy }) => strategy?.matrix.node ?? []),
    );
    expect(versions).to.include(Number(read('../.nvmrc')));
  });
});

describe('the workflow of a release', () => {
  const { permissions, jobs } = parse(read('workflows/release.yml')) as {
    readonly permissions: object;
    readonly jobs: Record<
      string,
      {
        readonly needs?: string[];
        readonly permissions?: Record<string, string>;
        readonly steps: { readonly run?: string }[];
      }
    >;
  };
  const jobsThat = (pattern: RegExp) =>
    Object.keys(jobs).filter((name) => jobs[name]?.steps.some(({ run = '' }) => pattern.test(run)));

  it('has nothing published before all is built and tried', () => {
    expect(jobsThat(/npm publish|gh release/)).to.deep.equal(['release']);
    expect(jobs['release']?.needs).to.deep.equal(['package', 'bundle', 'image']);
    expect(jobs['image']?.needs).to.deep.equal(['package', 'bundle']);
    for (const tried of [/npm run check/, /npm run test:package/, /npm run test:bundle/, /docker run/])
      expect(jobsThat(tried), String(tried)).to.have.length(1);
  });

  it('builds for other processors by an emulator that Node.js runs in', () => {
    // Version 7 crashes when a model is read, see the note there.
    const [, version] = /binfmt:qemu-v(\d+)/.exec(read('workflows/release.yml')) ?? [];
    expect(Number(version)).to.be.at.least(10);
  });

  it('gives the right to write to those jobs alone that have to', () => {
    expect(permissions).to.deep.equal({ contents: 'read' });
    const writers = Object.entries(jobs).flatMap(([name, { permissions: own = {} }]) =>
      Object.keys(own)
        .filter((right) => own[right] === 'write')
        .map((right) => `${name} ${right}`),
    );
    expect(writers).to.have.members([
      'image packages',
      'release contents',
      'release id-token',
      'release attestations',
    ]);
  });
});

describe('the forms for issues', () => {
  for (const file of forms) {
    it(`${file} has a name, a description and a label for each field`, () => {
      const { name, description, body = [] } = parse(read(`ISSUE_TEMPLATE/${file}`)) as Form;
      expect([name, description].map((text) => typeof text)).to.deep.equal(['string', 'string']);
      const fields = body.filter(({ type }) => type !== 'markdown');
      expect(fields.length).to.be.greaterThan(0);
      expect(fields.filter(({ attributes }) => !attributes.label)).to.be.empty;
    });
  }
});
