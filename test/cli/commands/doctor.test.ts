import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { expect } from 'chai';
import { doctor } from '../../../src/cli/commands/doctor.js';
import { checkCacheDir } from '../../../src/cli/doctor/check-cache.js';
import { checkMachine } from '../../../src/cli/doctor/check-machine.js';
import { checkModel } from '../../../src/cli/doctor/check-model.js';
import { checkKeysFile, checkTraces } from '../../../src/cli/doctor/check-surroundings.js';
import { checkPorts } from '../../../src/cli/doctor/check-port.js';
import { checkWeaviate } from '../../../src/cli/doctor/check-weaviate.js';
import { loadConfig } from '../../../src/cli/options/config.js';
import { makeFolder } from '../../support/folder.js';
import { startTestGrpc } from '../../support/grpc.js';
import { fixtureFolder } from '../../support/model-fixture.js';

const GIB = 2 ** 30;
const CLIP = fixtureFolder('clip');
const configOf = (flags: Record<string, string>) => loadConfig('doctor', { flags, env: {} });

describe('handspring doctor', () => {
  let stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops) stop();
    stops = [];
  });

  /** The port of a server on loopback, which ends with the test. */
  async function listen(answer: RequestListener): Promise<number> {
    const server = createServer(answer);
    stops.push(() => (server.closeAllConnections(), server.close()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  it('finds nothing wrong with a machine that has room', () => {
    const states = checkMachine(configOf({}), GIB, { cores: 4, memory: 8 * GIB }).map(({ state }) => state);
    expect(states).to.deep.equal(['ok', 'ok', 'ok']);
  });

  it('says what to change where threads, model or images do not fit', () => {
    const small = { cores: 2, memory: GIB / 2 };
    const [threads, memory, images] = checkMachine(
      configOf({ threads: '8', maxImagePixels: '178956970' }),
      GIB / 4,
      small,
    );
    expect(threads?.advice).to.include('lower THREADS to 2');
    expect(memory?.what).to.match(/^about \d+ MiB of 512 MiB of memory/);
    expect(memory?.advice).to.include('raise the memory limit');
    expect(images?.advice).to.match(/at auto, .* lower it to 38347922 or less/);
  });

  it('counts one core and one thread as one', () => {
    const [cores] = checkMachine(configOf({}), GIB, { cores: 1, memory: 8 * GIB });
    expect(cores?.what).to.match(/^1 core(?: \(cgroup limit\))?, 1 thread in each tower$/);
  });

  it('calls less memory a problem than the smallest model was ever served with', () => {
    const of = (mebibytes: number) =>
      checkMachine(configOf({ maxPendingBytes: '8MB' }), 30 * 2 ** 20, {
        cores: 2,
        memory: mebibytes * 2 ** 20,
      })[1];
    expect(of(448)?.state).to.equal('problem');
    expect(of(448)?.what).to.match(
      /^about 512 MiB of 448 MiB of memory .* requests up to \d+ MiB, 2 decoding threads 60 MiB$/,
    );
    expect(of(512)?.state).to.equal('ok');
  });

  it('judges memory by the size of the model, its encoders, and the pixels that may be pending', () => {
    const machine = { cores: 2, memory: 4 * GIB };
    const stateOf = (flags: Record<string, string>, bytes: number) =>
      checkMachine(configOf(flags), bytes, machine)[1]?.state;
    expect(stateOf({}, GIB / 2)).to.equal('ok');
    expect(stateOf({}, 3 * GIB)).to.equal('warning');
    expect(stateOf({ encoders: '6' }, GIB / 2)).to.equal('warning');
    expect(stateOf({ maxPendingPixels: '1500000000' }, GIB / 2)).to.equal('warning');
  });

  it('counts the threads that decode images, as many as there will be', () => {
    const of = (flags: Record<string, string>, cores: number) => {
      const machine = { cores, memory: 2 * GIB };
      return checkMachine(configOf({ threads: '1', ...flags }), GIB / 2, machine)[1];
    };
    expect(of({}, 2)?.what).to.include('2 decoding threads 60 MiB');
    expect(of({}, 16)?.what).to.include('8 decoding threads 240 MiB');
    expect(of({ prepareThreads: '1' }, 16)?.what).to.include('1 decoding thread 30 MiB');
    expect(of({ prepareThreads: '64' }, 16)).to.deep.include({ state: 'warning' });
    expect(of({ prepareThreads: '64' }, 16)?.advice).to.include('PREPARE_THREADS');
  });

  it('says where CACHE_DIR cannot be written, which is a problem only for who needs it', async () => {
    const cache = await makeFolder({ 'a file': '' });
    stops.push(() => void cache.remove());
    const stateOf = async (cacheDir: string, flags: Record<string, string> = {}) =>
      (await checkCacheDir(configOf({ ...flags, cacheDir }))).state;
    expect(await stateOf(cache.folder)).to.equal('ok');
    expect(await stateOf(path.join(cache.folder, 'not/yet/there'), { optimize: 'on' })).to.equal('ok');
    const beyond = path.join(cache.folder, 'a file/cache');
    expect(await stateOf(beyond)).to.equal('warning');
    expect(await readdir(cache.folder), 'what it wrote to try').to.deep.equal(['a file']);
    expect(await stateOf(beyond, { precision: 'int8' })).to.equal('problem');
  });

  it("weighs a model's own files, in int8 a quarter of them", async () => {
    const { name, bytes = 0, finding } = await checkModel(configOf({ model: CLIP }));
    expect(name).to.equal('clip');
    expect(bytes).to.equal(106_457 + 166_700);
    expect(finding.what).to.equal('model clip: complete, image and text, 0 MiB on disk');
    const int8 = await checkModel(configOf({ model: CLIP, precision: 'int8' }));
    expect(int8.bytes).to.equal(bytes / 4);
    const text = await checkModel(configOf({ model: CLIP, modalities: 'text' }));
    expect(text.bytes).to.equal(166_700);
  });

  it('ends with 1 on a model that is not there, and says what to run', async () => {
    const lines: string[] = [];
    const code = await doctor(configOf({ model: '/nowhere', port: '0' }), (line) => lines.push(line));
    expect(code).to.equal(1);
    expect(lines.join('\n')).to.match(/FAIL {2}model: MODEL: expected a folder that exists/);
  });

  it('ends with 0 on one that is', async () => {
    const lines: string[] = [];
    expect(await doctor(configOf({ model: CLIP, port: '0' }), (line) => lines.push(line))).to.equal(0);
    expect(lines.join('\n')).to.include('complete, image and text');
  });

  const metas: [title: string, meta: object, state: string, what: RegExp][] = [
    [
      'a Weaviate without the module',
      { version: '1.39.0', modules: {} },
      'problem',
      /no module multi2vec-clip/,
    ],
    ['another module', { modules: { 'multi2vec-clip': { clip_model: {} } } }, 'warning', /another service/],
    [
      'a multi2vec-bind that is not reached',
      { modules: { 'multi2vec-bind': { error: 'connection refused' } } },
      'problem',
      /does not reach its module multi2vec-bind: connection refused/,
    ],
    [
      'a module that is down',
      { modules: { 'multi2vec-clip': { error: 'connection refused' } } },
      'problem',
      /does not reach its module .*: connection refused/,
    ],
    [
      'both ways open',
      { modules: { 'multi2vec-clip': { handspring: { model: 'starter' } } } },
      'ok',
      /reaches the module; it serves starter/,
    ],
    [
      'a module with another model',
      { modules: { 'multi2vec-clip': { handspring: { model: 'openai-vit-b-32' } } } },
      'problem',
      /module serves openai-vit-b-32, and MODEL is starter/,
    ],
    [
      'a module that is being started',
      { modules: { 'multi2vec-clip': { handspring: { model: null } } } },
      'warning',
      /still loading/,
    ],
  ];
  for (const [title, meta, state, what] of metas) {
    it(`tells ${title}`, async () => {
      const port = await listen((_request, response) => response.end(JSON.stringify(meta)));
      const [reached, module, grpc] = await checkWeaviate(
        configOf({ weaviate: `http://127.0.0.1:${port}/`, weaviateGrpc: 'http://127.0.0.1:9' }),
        'starter',
      );
      expect(reached?.state).to.equal('ok');
      expect(module?.state).to.equal(state);
      expect(module?.what).to.match(what);
      expect(grpc?.state).to.equal('problem');
      expect(grpc?.what).to.match(/not over gRPC at 127\.0\.0\.1:9 /);
    });
  }

  it('tells a Weaviate that does not answer', async () => {
    const [finding] = await checkWeaviate(configOf({ weaviate: 'http://127.0.0.1:9' }));
    expect(finding?.state).to.equal('problem');
  });

  it('tells a port that is free, taken by another program, taken by this service, and not to be had', async () => {
    const free = await listen(() => undefined);
    for (const stop of stops.splice(0)) stop();
    const other = await listen((_request, response) => response.end('no JSON'));
    const own = await listen((_request, response) => response.end('{"handspring":{"model":"starter"}}'));
    const look = async (port: number, host = '127.0.0.1') =>
      (await checkPorts(configOf({ port: String(port), host })))[0]!;
    expect(await look(free)).to.deep.equal({ state: 'ok', what: `PORT ${free} is free` });
    expect(await look(other)).to.include({
      state: 'problem',
      what: `PORT ${other} is taken by another program`,
    });
    expect(await look(own)).to.deep.equal({
      state: 'ok',
      what: `PORT ${own} is taken by this service, with starter`,
    });
    expect((await look(free, '192.0.2.1')).what).to.match(/PORT \d+ on HOST 192\.0\.2\.1: .*EADDRNOTAVAIL/);
  });

  it('takes the ports of operators and of gRPC too, as the service does', async () => {
    const [free, other] = [await listen(() => undefined), await listen(() => undefined)];
    stops.splice(0, 1).forEach((stop) => stop());
    const look = async (flags: Record<string, string>) =>
      (await checkPorts(configOf({ host: '127.0.0.1', port: '0', ...flags }))).map(({ what }) => what);
    expect(await look({})).to.deep.equal(['PORT 0 is free']);
    expect(await look({ opsPort: '0', grpcPort: String(free) })).to.deep.equal([
      'PORT 0 is free',
      'OPS_PORT 0 is free',
      `GRPC_PORT ${free} is free`,
    ]);
    const twice = { port: String(free), opsPort: String(free), grpcPort: String(free) };
    expect(await look(twice)).to.deep.equal([
      `PORT ${free} is free`,
      `OPS_PORT ${free} is the port of PORT, too`,
      `GRPC_PORT ${free} is the port of PORT, too`,
    ]);
    expect((await look({ grpcPort: String(other) })).at(-1)).to.match(/is taken by another program$/);
  });

  it('knows this service at its port for gRPC, and another server of gRPC for what it is', async () => {
    const own = await startTestGrpc({ lifecycle: { phase: () => 'ready' } });
    const loading = await startTestGrpc({ lifecycle: { phase: () => 'starting' } });
    const other = new Server();
    const otherPort = await new Promise<number>((resolve, reject) =>
      other.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      ),
    );
    stops.push(
      () => void own.close(),
      () => void loading.close(),
      () => other.forceShutdown(),
    );
    const look = async (port: number) =>
      (await checkPorts(configOf({ host: '127.0.0.1', port: '0', grpcPort: String(port) }))).at(-1);
    expect(await look(own.port)).to.deep.equal({
      state: 'ok',
      what: `GRPC_PORT ${own.port} is taken by this service`,
    });
    expect((await look(loading.port))?.what).to.match(/is taken by this service, which is not ready$/);
    expect(await look(otherPort)).to.deep.equal({
      state: 'problem',
      what: `GRPC_PORT ${otherPort} is taken by another program`,
      advice: 'set GRPC_PORT to a free one',
    });
  });

  it('tells a keys file that can be used from one that cannot, and quotes no token', async () => {
    const files = await makeFolder({
      'good.json': '{"keys":[{"name":"shop","token":"secret"}]}',
      'bad.json': '{"keys":[{"name":"a shop","token":"secret"}]}',
    });
    try {
      const look = (file: string) => checkKeysFile(configOf({ keysFile: path.join(files.folder, file) }));
      expect(await look('good.json')).to.deep.equal([{ state: 'ok', what: 'KEYS_FILE: 1 key' }]);
      const [bad] = await look('bad.json');
      expect(bad).to.include({
        state: 'problem',
        what: 'KEYS_FILE: keys[0].name: expected 1 to 64 letters, digits, or ._@-',
      });
      const [missing] = await look('none.json');
      expect(missing?.what).to.match(/^KEYS_FILE: ENOENT/);
      expect(await checkKeysFile(configOf({}))).to.deep.equal([]);
    } finally {
      await files.remove();
    }
  });

  it('tells a collector that takes traces from one that does not', async () => {
    const asked: string[] = [];
    const port = await listen((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(asked.length === 1 ? 200 : 404).end('{}');
    });
    const look = (otlpEndpoint: string) => checkTraces(configOf({ otlpEndpoint }));
    const at = `http://127.0.0.1:${port}`;
    expect(await look(at)).to.deep.equal([{ state: 'ok', what: `traces to ${at} are taken` }]);
    const [refused] = await look(at);
    expect(refused).to.include({ state: 'warning', what: `traces to ${at}: answered 404` });
    expect(asked).to.deep.equal(['POST /v1/traces', 'POST /v1/traces']);
    const [away] = await look('http://127.0.0.1:9');
    expect(away?.what).to.match(/they would be dropped$/);
    expect(await checkTraces(configOf({}))).to.deep.equal([]);
  });
});
