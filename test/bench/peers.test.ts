import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { Client } from '../../bench/load/client.js';
import { describeMachine } from '../../bench/machine.js';
import { compareWithReference } from '../../bench/peers/agreement.js';
import type { Contestant } from '../../bench/peers/contestants.js';
import { ensureInstalled, run } from '../../bench/peers/install.js';
import type { Peer } from '../../bench/peers/peer.js';
import { readPins } from '../../bench/peers/pins.js';
import { TORCH } from '../../bench/peers/torch.js';
import { TRANSFORMERS_JS } from '../../bench/peers/transformers-js.js';
import { renderPeers } from '../../bench/report/peers.js';
import { makeFolder } from '../support/folder.js';
import { resultsOf } from './results-of.js';

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'no failure',
    (error: Error) => error.message,
  );

describe('the pins of the peers', () => {
  it('are exact versions of all that decides what is measured', async () => {
    for (const { pins, packages } of [TRANSFORMERS_JS, TORCH]) {
      expect([...(await readPins(pins)).keys()]).to.include.members([...packages]);
    }
  });

  it('give transformers.js the engine and the decoder that this service has', async () => {
    const pins = await readPins(TRANSFORMERS_JS.pins);
    const { onnxruntime, sharp } = describeMachine();
    expect([pins.get('onnxruntime-node'), pins.get('sharp')]).to.deep.equal([onnxruntime, sharp]);
  });

  it('are refused where a version is a range, or none', async () => {
    const { folder, remove } = await makeFolder({
      'package.json': JSON.stringify({ dependencies: { sharp: '^0.35.5' } }),
      'requirements.txt': '# what is needed\nnumpy==2.4.6; python_version > "3"\n\ntorch>=2.6\n',
    });
    try {
      const of = (name: string) => failure(readPins(pathToFileURL(path.join(folder, name))));
      expect(await of('package.json')).to.equal('sharp: expected an exact version, received ^0.35.5');
      expect(await of('requirements.txt')).to.equal('torch>=2.6: expected an exact version, received none');
    } finally {
      await remove();
    }
  });
});

describe('the installation of a peer', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let installs: string[];
  let peer: Peer;
  const install = () => ensureInstalled(peer, path.join(folder, 'cache'), () => undefined);

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({ pins: 'a==1.0', 'server.mjs': 'first' }));
    installs = [];
    peer = {
      name: 'peer',
      size: 'nothing',
      server: pathToFileURL(path.join(folder, 'server.mjs')),
      pins: pathToFileURL(path.join(folder, 'pins')),
      packages: [],
      install: async (target) => {
        installs.push(target);
        await writeFile(path.join(target, 'package'), '');
      },
      command: () => [],
    };
  });
  afterEach(() => remove());

  it('is done once for the same pins, the server laid beside it anew each time', async () => {
    const first = await install();
    await writeFile(peer.server, 'second');
    expect(await install()).to.equal(first);
    expect(installs).to.have.length(1);
    expect((await readdir(first)).sort()).to.deep.equal(['package', 'server.mjs']);
    expect(await readFile(path.join(first, 'server.mjs'), 'utf8')).to.equal('second');
  });

  it('is done again, elsewhere, for other pins', async () => {
    const first = await install();
    await writeFile(peer.pins, 'a==1.1');
    expect(await install()).not.to.equal(first);
    expect(installs).to.have.length(2);
  });

  it('that fails leaves nothing behind, and says what failed in the words of the installer', async () => {
    const script = "console.error('warning\\nERROR: no such version\\nsee the log'); process.exit(1)";
    const failing = { ...peer, install: (target: string) => run(process.execPath, ['-e', script], target) };
    const cache = path.join(folder, 'cache');
    const message = await failure(ensureInstalled(failing, cache, () => undefined));
    expect(message).to.match(/^node -e .* failed: ERROR: no such version$/s);
    expect(await readdir(cache)).to.deep.equal([]);
  });

  it('by a program that is not there says so', async () => {
    const message = await failure(run('no-such-installer', ['ci'], folder));
    expect(message).to.equal('no-such-installer ci failed: spawn no-such-installer ENOENT');
  });
});

/** A server in this process that answers every request with this vector. */
function contestant(name: string, vector: readonly number[]): Contestant {
  const answer = { textVectors: [vector], imageVectors: [] };
  const client = {
    post: () => Promise.resolve({ status: 200, bytes: Buffer.from(JSON.stringify(answer)) }),
  } as unknown as Client;
  const memory = () => Promise.resolve({ residentMiB: NaN, peakMiB: NaN });
  return {
    name,
    start: () => Promise.resolve({ client, readyMs: 0, memory, stop: () => Promise.resolve() }),
  };
}

describe('the field of a run against peers', () => {
  const reference = contestant('reference', [1, 0]);
  const probes = { 'text 12': [{ bytes: Buffer.from('{}'), items: 1 }] };

  it('keeps those whose vectors can be compared', async () => {
    const contestants = [reference, contestant('a', [0, 2])];
    const { field, samples } = await compareWithReference(reference, { contestants, leftOut: [] }, probes);
    expect(field).to.deep.equal({ contestants, leftOut: [] });
    expect(samples.map(({ name, value }) => [name, value])).to.deep.equal([
      ['a/agreement/text 12/mean cosine', 0],
      ['a/agreement/text 12/least cosine', 0],
      ['a/agreement/text 12/length ratio', 2],
    ]);
  });

  it('leaves out, with the reason in one line, those that do not start or answer something else', async () => {
    const absent = {
      name: 'absent',
      start: () => Promise.reject(new Error('absent ended:\nTraceback\nno torch in /opt/a/lib')),
    };
    const leftOut = [{ name: 'unwilling', reason: 'no npm' }];
    const contestants = [absent, contestant('other', [1, 0, 0])];
    const { field } = await compareWithReference(reference, { contestants, leftOut }, probes);
    expect(field.contestants).to.deep.equal([]);
    expect(field.leftOut.map(({ name }) => name)).to.deep.equal(['unwilling', 'absent', 'other']);
    expect(field.leftOut[1]?.reason).to.equal('absent ended: no torch in lib');
    expect(field.leftOut[2]?.reason).to.match(/expected vectors of 2 numbers/);
  });
});

describe('the report of a run against peers', () => {
  const results = resultsOf({
    'Handspring fp32/image 640x480/16 callers': [12, 10, 50],
    'torch/image 640x480/16 callers': [4, 3, 5],
    'torch/agreement/text 12/least cosine': [0.999987],
    'raw/image/batch 1': [7],
    'raw/image/batch 8': [14],
  });
  const field = {
    contestants: [contestant('Handspring fp32', []), { ...contestant('torch', []), versions: 'torch 2.6.0' }],
    leftOut: [{ name: 'transformers.js', reason: 'npm ci failed: no network' }],
  };
  const report = renderPeers(results, describeMachine(), { rounds: 3, model: 'a model' }, field);
  const rowsOf = (name: string) => report.split('\n').filter((line) => line.startsWith(`| ${name}`));

  it('has medians, their ratio, and the model alone in the columns they are to be read against', () => {
    expect(rowsOf('Handspring fp32')[0]).to.equal('| Handspring fp32 |  |  | 12 |  |  |  |');
    // 12 ÷ 4, 10 ÷ 3 and 50 ÷ 5, each of one round.
    expect(rowsOf('torch')[1]).to.equal('| torch |  |  | 3.33 (3 to 10) |  |  |  |');
    expect(rowsOf('ONNX Runtime alone')[0]).to.match(/\| 7 \| {2}\| 14 \|/);
  });

  it('shows a cosine in as many digits as it takes to see that it is not 1', () => {
    expect(report).to.include('0.999987');
    expect(results.toJson(describeMachine(), {})).to.include('0.999987');
  });

  it('names versions, and who was left out and why', () => {
    expect(report).to.include('torch: torch 2.6.0.');
    expect(report).to.include('**Left out**: transformers.js, because npm ci failed: no network');
  });
});
