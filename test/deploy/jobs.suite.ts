import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { parse } from 'yaml';
import { OPTIONS } from '../../src/cli/options/config.js';
import type { Option } from '../../src/cli/options/config.js';
import { ROOT, runArguments } from '../../src/core/own-module.js';
import { DEPLOY, PYTHON, TOOL_ENV, run, runWell } from '../support/deploy-tools.js';

const JOBS = path.join(DEPLOY, 'jobs');
const SAMPLES = fileURLToPath(new URL('samples/', ROOT));
const VALIDATOR = path.join(DEPLOY, '..', 'test', 'deploy', 'validate_manifests.py');
/** The first in which all that the Job uses is no beta any more, and the newest whose schemas can be had. */
const KUBERNETES_VERSIONS = ['1.33', '1.37'];
const FLAGS = (Object.values(OPTIONS) as Option<unknown>[])
  .filter(({ commands }) => commands.includes('embed'))
  .map(({ flag }) => flag);

interface Job {
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly securityContext: object;
  readonly enableServiceLinks: boolean;
  readonly containers: readonly [{ readonly securityContext: object }];
}

const flagsIn = (text: string) => text.match(/--[a-z][a-z-]+/g) ?? [];

describe('the Job of Kubernetes', () => {
  let text: string;
  before(async () => {
    text = await readFile(path.join(JOBS, 'kubernetes.yaml'), 'utf8');
  });

  it(`is what the schemas of Kubernetes ${KUBERNETES_VERSIONS.join(' and ')} expect`, async () => {
    expect(await runWell(PYTHON, [VALIDATOR, ...KUBERNETES_VERSIONS], text)).to.equal('1 checked, 0 wrong\n');
  });

  it('runs without root, capabilities or a file system to write to, and only the program', () => {
    const { spec } = (parse(text) as Job).spec.template;
    expect(spec.securityContext).to.deep.include({ runAsNonRoot: true, runAsUser: 65532 });
    expect(spec.enableServiceLinks).to.equal(false);
    const [container] = spec.containers;
    expect(container).to.not.have.property('command');
    expect(container.securityContext).to.deep.equal({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('has as many shares as completions, and options that there are', () => {
    expect(text)
      .to.match(/^ {2}completions: 16$/m)
      .and.to.match(/--shard=\$\(JOB_COMPLETION_INDEX\)\/16$/m);
    const args = /args:\n([^]*?) {10}env:/.exec(text)?.[1] ?? '';
    expect(flagsIn(args)).to.have.length(4);
    expect(flagsIn(args).filter((flag) => !FLAGS.some((known) => known === flag))).to.deep.equal([]);
  });
});

describe('the scripts for arrays of jobs', function () {
  this.timeout(300_000);
  let folder: string;
  let handspring: string;
  let photos: string[];
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'jobs-'));
    handspring = path.join(folder, 'handspring');
    const main = runArguments(new URL('../../src/cli/main.js', import.meta.url));
    await writeFile(handspring, `#!/bin/sh\nexec "${process.execPath}" ${main.join(' ')} "$@"\n`);
    await chmod(handspring, 0o755);
    photos = (await readdir(SAMPLES)).filter((name) => name.endsWith('.jpg')).sort();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Runs a script with these variables beside those of the tools. */
  const runScript = (
    name: string,
    variables: Readonly<Record<string, string>>,
    args: readonly string[] = [],
  ) => {
    const set = { PHOTOS: SAMPLES, HANDSPRING: handspring, PATH: TOOL_ENV['PATH'] ?? '', ...variables };
    return run('env', [...Object.entries(set).map((pair) => pair.join('=')), path.join(JOBS, name), ...args]);
  };

  async function filesOf(vectors: string): Promise<string[]> {
    const parts = (await readdir(vectors)).filter((name) => name.endsWith('.parquet'));
    const rows = parts.map(async (name) =>
      parquetReadObjects({ file: await asyncBufferFromFile(path.join(vectors, name)) }),
    );
    return (await Promise.all(rows)).flat().map(({ file }) => file as string);
  }

  it('have no fault that shellcheck finds', async () => {
    const scripts = ['slurm.sh', 'parallel.sh'].map((name) => path.join(JOBS, name));
    expect(await runWell('shellcheck', scripts)).to.equal('');
  });

  it('of GNU parallel do each photo once, and nothing again', async () => {
    const vectors = path.join(folder, 'by-parallel');
    const variables = { VECTORS: vectors, SHARES: '3' };
    const { code, output } = await runScript('parallel.sh', variables);
    expect(code, output).to.equal(0);
    expect((await filesOf(vectors)).sort()).to.deep.equal(photos);
    const again = await runScript('parallel.sh', variables);
    expect(again.output.match(/ is whole/g)).to.have.length(3);
    expect(again.code).to.equal(0);
  });

  it('of Slurm do each photo once, task by task', async () => {
    const vectors = path.join(folder, 'by-slurm');
    for (const share of ['0', '1']) {
      const task = { SLURM_ARRAY_TASK_ID: share, SLURM_ARRAY_TASK_COUNT: '2' };
      const { code, output } = await runScript('slurm.sh', { VECTORS: vectors, ...task });
      expect(code, output).to.equal(0);
    }
    expect((await filesOf(vectors)).sort()).to.deep.equal(photos);
  });

  it('say what they were not told', async () => {
    const { code, output } = await runScript('slurm.sh', { PHOTOS: '' });
    expect(output).to.match(/PHOTOS: expected the folder of photos/);
    expect(code).to.not.equal(0);
  });
});
