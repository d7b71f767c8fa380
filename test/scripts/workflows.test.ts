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
