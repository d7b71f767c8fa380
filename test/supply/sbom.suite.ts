import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { VERSION } from '../../src/core/version.js';
import { runScript } from './run-script.js';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
}

interface Bom {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version: string;
        readonly dev?: true;
        readonly resolved?: string;
        readonly integrity?: string;
      }
    >
  >;
}

describe('the list of what the program is made of', () => {
  let bom: Bom;
  /** Checksum, in hexadecimal, of each package of the lock file that is not for development alone. */
  const locked = new Map<string, string>();

  before(async () => {
    const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')) as LockFile;
    for (const [path, { version, dev, integrity = '' }] of Object.entries(packages)) {
      if (path === '' || dev) continue;
      const checksum = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
      locked.set(`${path.split('node_modules/').at(-1)}@${version}`, checksum);
    }
    const { code, stdout, stderr } = await runScript('sbom.mjs');
    expect(code, stderr).to.equal(0);
    bom = JSON.parse(stdout) as Bom;
  });

  it('is of CycloneDX, and of this program', () => {
    expect(bom.bomFormat).to.equal('CycloneDX');
    expect(bom.metadata.component).to.include({
      name: 'handspring',
      version: VERSION,
      purl: `pkg:npm/handspring@${VERSION}`,
    });
  });

  it('holds every package that the lock file has for running, and no other', () => {
    const listed = bom.components.map(({ name, version }) => `${name}@${version}`);
    expect(listed.sort()).to.deep.equal([...locked.keys()].sort());
    expect(listed).to.have.length.of.at.least(200);
  });

  it('has each with the checksum that it is installed by', () => {
    for (const { name, version, hashes } of bom.components) {
      expect(hashes, name).to.deep.equal([{ alg: 'SHA-512', content: locked.get(`${name}@${version}`) }]);
    }
  });

  it('says of each what it needs, all of which is in it', () => {
    const refs = [bom.metadata.component, ...bom.components].map((component) => component['bom-ref']);
    expect(bom.dependencies.map(({ ref }) => ref)).to.have.members(refs);
    expect(refs).to.include.members(bom.dependencies.flatMap(({ dependsOn }) => dependsOn));
  });
});
