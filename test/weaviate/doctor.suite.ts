import { expect } from 'chai';
import { doctor } from '../../src/cli/commands/doctor.js';
import { loadConfig } from '../../src/cli/options/config.js';
import { MODELS, startStack } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';

describe('handspring doctor beside a real Weaviate', () => {
  let stack: Stack;
  before(async () => {
    stack = await startStack({ model: MODELS['tiny CLIP'] });
  });
  after(() => stack?.stop());

  /** The exit code and what was printed, with this service's port and Weaviate's address. */
  async function look(model: string): Promise<{ code: number; printed: string }> {
    const port = new URL(stack.moduleUrl).port;
    const weaviateGrpc = `http://127.0.0.1:${stack.grpcPort}`;
    const config = loadConfig('doctor', {
      flags: { model, port, weaviate: stack.url, weaviateGrpc },
      env: {},
    });
    const lines: string[] = [];
    return { code: await doctor(config, (line) => lines.push(line)), printed: lines.join('\n') };
  }

  it('finds all well while the module runs', async () => {
    const { code, printed } = await look(MODELS['tiny CLIP']);
    expect(printed).to.match(/ ok {3}Weaviate 1\.\S+ at http:\S+ is reached/);
    expect(printed).to.include('Weaviate reaches the module; it serves clip');
    expect(printed).to.match(/ ok {3}PORT \d+ is taken by this service, with clip/);
    expect(code, printed).to.equal(0);
  });

  it('tells that the module serves another model than the one meant', async () => {
    const { code, printed } = await look(MODELS.starter);
    expect(printed).to.include("FAIL  Weaviate's module serves clip, and MODEL is starter");
    expect(code).to.equal(1);
  });

  it('tells that the module is down', async () => {
    await stack.module.stop();
    const { code, printed } = await look(MODELS['tiny CLIP']);
    expect(printed).to.match(/PORT \d+ is free/);
    expect(printed).to.match(
      /FAIL {2}Weaviate does not reach its module multi2vec-clip: .*connection refused/,
    );
    expect(code).to.equal(1);
  });
});
