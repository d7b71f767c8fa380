import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { checkMachine, checkWeaviate, doctor } from '../../src/commands/doctor.js';
import { loadConfig } from '../../src/config.js';
import { fixtureFolder } from '../support/model-fixture.js';

const GIB = 2 ** 30;
const configOf = (flags: Record<string, string>) => loadConfig('doctor', { flags, env: {} });

describe('handspring doctor', () => {
  it('finds nothing wrong with a machine that has room', () => {
    const states = checkMachine(configOf({}), 4, 8 * GIB).map(({ state }) => state);
    expect(states).to.deep.equal(['ok', 'ok', 'ok']);
  });

  it('says what to change where threads, memory or images do not fit', () => {
    const [threads, memory, images] = checkMachine(configOf({ threads: '8' }), 2, GIB / 2);
    expect(threads?.advice).to.include('lower THREADS to 2');
    expect(memory?.advice).to.include('raise the memory limit');
    expect(images?.advice).to.match(/lower MAX_IMAGE_PIXELS to 44739242 or less/);
  });

  it('ends with 1 on a model that is not there, and says what to run', async () => {
    const lines: string[] = [];
    const code = await doctor(configOf({ model: '/nowhere' }), (line) => lines.push(line));
    expect(code).to.equal(1);
    expect(lines.join('\n')).to.match(/FAIL {2}model: MODEL: expected a folder that exists/);
  });

  it('ends with 0 on one that is', async () => {
    const lines: string[] = [];
    expect(await doctor(configOf({ model: fixtureFolder('clip') }), (line) => lines.push(line))).to.equal(0);
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
      'both ways open',
      { modules: { 'multi2vec-clip': { handspring: { model: 'starter' } } } },
      'ok',
      /reaches the module; it serves starter/,
    ],
  ];
  for (const [title, meta, state, what] of metas) {
    it(`tells ${title}`, async () => {
      const server = createServer((_request, response) => response.end(JSON.stringify(meta)));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const weaviate = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      try {
        const [reached, module] = await checkWeaviate(configOf({ weaviate }));
        expect(reached?.state).to.equal('ok');
        expect(module?.state).to.equal(state);
        expect(module?.what).to.match(what);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  }

  it('tells a Weaviate that does not answer', async () => {
    const [finding] = await checkWeaviate(configOf({ weaviate: 'http://127.0.0.1:9' }));
    expect(finding?.state).to.equal('problem');
  });
});
