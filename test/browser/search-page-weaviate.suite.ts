import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runArguments } from '../../src/core/own-module.js';
import { Child } from '../../weaviate/child.js';
import { startStack, MODELS } from '../support/weaviate-stack.js';
import type { Stack } from '../support/weaviate-stack.js';
import { searchPageUrl } from './demo-process.js';
import { layOutSamples } from './sample-photos.js';
import { searchPageSuite } from './search-page.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));

searchPageSuite('a Weaviate collection', async () => {
  const { folder, count, expected, remove } = await layOutSamples();
  const stack = await startStack({ model: MODELS.starter });
  const reports = await mkdtemp(path.join(os.tmpdir(), 'handspring-'));
  const collection = `Samples${process.pid}`;
  const imported = run(stack, ['import', folder, '--report', path.join(reports, 'errors.jsonl')], collection);
  if ((await imported.exited) !== 0) throw imported.ended(1);
  const demo = run(stack, ['demo', '--port', '0', '--log-format', 'json'], collection);
  const url = await demo.waitForLine(searchPageUrl);
  return {
    ...expected,
    url,
    stop: async () => {
      await demo.stop();
      await stack.client.collections.delete(collection);
      await stack.stop();
      await remove();
      await rm(reports, { recursive: true });
    },
    store: { kind: 'Weaviate', count },
  };
});

function run(stack: Stack, command: readonly string[], collection: string): Child {
  const target = ['--weaviate', stack.url, '--weaviate-grpc', `http://127.0.0.1:${stack.grpcPort}`];
  const args = [...MAIN, ...command, ...target, '--collection', collection];
  return Child.start(`handspring ${command[0]}`, process.execPath, args, { env: process.env });
}
