import { execFile, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';
import { fixtureFolder } from '../support/model-fixture.js';
import { launchServiceProcess, startServiceProcess } from '../support/service-process.js';
import type { ServiceProcess } from '../support/service-process.js';
import { vectorize } from '../support/vectorize.js';
import { freePorts } from '../../weaviate/ports.js';
import { makeTemporaryFolder, preload, statusOf, until } from './faulty.js';

const run = promisify(execFile);
const MODEL = fixtureFolder('clip');
const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));

/** May read everything, start threads and processes, and write no file. */
const READ_ONLY = {
  NODE_OPTIONS: [
    Number(process.versions.node.split('.')[0]) >= 23 ? '--permission' : '--experimental-permission',
    ...['--allow-fs-read=*', '--allow-worker', '--allow-child-process', '--allow-addons', '--no-warnings'],
  ].join(' '),
};

describe('a service in failing surroundings', () => {
  let service: ServiceProcess | undefined;
  afterEach(() => service?.stop());

  it('answers what was under way once it is continued after a stop', async () => {
    service = await startServiceProcess(['--model', MODEL]);
    const answers = Array.from({ length: 20 }, () => statusOf(service as ServiceProcess));
    service.child.kill('SIGSTOP');
    const meanwhile = Array.from({ length: 20 }, () => statusOf(service as ServiceProcess));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    service.child.kill('SIGCONT');
    expect(new Set(await Promise.all([...answers, ...meanwhile]))).to.deep.equal(new Set([200]));
  });

  it('starts and answers where it may write no file', async () => {
    service = await startServiceProcess(['--model', MODEL, '--cache-dir', '/nowhere/cache'], READ_ONLY);
    expect(await statusOf(service)).to.equal(200);
  });

  for (const [title, env, message] of [
    [
      'full',
      preload('preload-full-disk'),
      'with room for .*, received ENOSPC: no space left on device, write.*; free some',
    ],
    [
      'read-only',
      READ_ONLY,
      'that .* can be written into, received Access to this API has been restricted.*; see who',
    ],
  ] as const) {
    for (const made of ['--optimize', '--precision=int8']) {
      it(`ends with 1 and says what to change where ${made} meets a ${title} cache, and leaves nothing half written`, async () => {
        const cache = await makeTemporaryFolder();
        const model = made === '--optimize' ? MODEL : 'starter';
        const process = launchServiceProcess(['--model', model, made, '--cache-dir', cache.folder], env);
        try {
          expect(await process.exited).to.equal(1);
          expect(process.log.at(-1)?.['text']).to.match(
            new RegExp(`^handspring: CACHE_DIR: expected a folder ${message}`),
          );
          const files = await readdir(cache.folder, { recursive: true });
          expect(files.filter((name) => name.includes('.onnx'))).to.deep.equal([]);
        } finally {
          await process.stop();
          await cache.remove();
        }
      });
    }
  }

  it('has doctor say beforehand that there is no room in the cache', async () => {
    const cache = await makeTemporaryFolder();
    try {
      const args = [...MAIN, 'doctor', '--model', MODEL, '--precision', 'int8', '--cache-dir', cache.folder];
      const { stdout } = await run(process.execPath, args, {
        env: { PATH: process.env['PATH'], ...preload('preload-full-disk') },
      }).catch((error: unknown) => error as { stdout: string });
      expect(stdout).to.match(
        /CACHE_DIR .* cannot be written: expected a folder with room for models, received ENOSPC/,
      );
      expect(stdout).to.match(/set CACHE_DIR to a folder for the files that OPTIMIZE and int8 make/);
      expect(await readdir(cache.folder)).to.deep.equal([]);
    } finally {
      await cache.remove();
    }
  });

  it('uses what a read-only cache has of rewritten and of int8 towers', async () => {
    const cache = await makeTemporaryFolder();
    const args = ['--optimize', '--precision', 'int8', '--cache-dir', cache.folder];
    try {
      service = await startServiceProcess(args);
      await service.stop();
      service = await startServiceProcess(args, READ_ONLY);
      expect(await statusOf(service)).to.equal(200);
    } finally {
      await cache.remove();
    }
  });

  it('goes on where the disk that takes its log is full', async function () {
    const [port = 0] = await freePorts(1);
    const child = spawn(
      process.execPath,
      [
        ...MAIN,
        'serve',
        '--port',
        String(port),
        '--host',
        '127.0.0.1',
        '--model',
        MODEL,
        '--log-format',
        'json',
      ],
      { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'ignore', openSync('/dev/full', 'w')] },
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      const url = `http://127.0.0.1:${port}`;
      await until('it is ready', async () => {
        expect(child.exitCode).to.equal(null);
        return fetch(`${url}/.well-known/ready`).then(
          ({ status }) => status === 204,
          () => false,
        );
      });
      for (let i = 0; i < 20; i++) expect(await statusOf({ url })).to.equal(200);
      expect(child.exitCode).to.equal(null);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  });

  it('stops as usual where its traces cannot be sent, and says so once', async () => {
    const collector = ['--otlp-endpoint', 'http://127.0.0.1:9'];
    service = await startServiceProcess(['--model', MODEL, ...collector]);
    expect(await statusOf(service)).to.equal(200);
    service.child.kill('SIGTERM');
    expect(await service.exited).to.equal(0);
    expect(service.log.filter(({ level }) => Number(level) >= 40).map(({ msg }) => msg)).to.deep.equal([
      'the last traces could not be sent',
    ]);
    expect(service.log.at(-1)).to.include({ msg: 'stopped' });
  });

  it('is not thrown off when the clock jumps a day on and a day back', async () => {
    service = await startServiceProcess(['--model', MODEL, '--rate-limit', '3/h'], preload('preload-clock'));
    const send = () => vectorize(service?.url ?? '', { texts: ['a'] });
    expect((await send()).status).to.equal(200);
    for (let jump = 0; jump < 2; jump++) {
      service.child.kill('SIGUSR2');
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect((await send()).status).to.equal(200);
    }
    // A day on is a window later: the third item of that window is let in, the fourth is not.
    expect((await send()).status).to.equal(200);
    const { status, headers } = await send();
    expect(status).to.equal(429);
    expect(Number(headers.get('retry-after'))).to.be.within(1, 3600);
  });
});
