import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { expect } from 'chai';
import { runArguments } from '../../../src/core/own-module.js';
import { makeFolder } from '../../support/folder.js';

const MAIN = runArguments(new URL('../../../src/cli/main.js', import.meta.url));

describe('handspring import that is interrupted twice', function () {
  this.timeout(60_000);
  let silent: Server;
  const sockets = new Set<Socket>();

  before(async () => {
    // A Weaviate that never answers: what is under way stays so.
    silent = createServer((socket) => void sockets.add(socket));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`says at the first ${signal} that it finishes, and ends at the second at once, by the signal`, async () => {
      const { folder, remove } = await makeFolder({ 'a.jpg': 'photo' });
      const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
      const args = [
        ...MAIN,
        'import',
        folder,
        '--collection',
        'Photo',
        '--weaviate',
        address,
        '--weaviate-grpc',
        address,
      ];
      const connected = once(silent, 'connection');
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      const exited = once(child, 'exit');
      let told = '';
      const finishing = new Promise<void>((resolve) => {
        child.stderr.on('data', (chunk) => {
          told += String(chunk);
          if (told.includes('once more ends at once')) resolve();
        });
      });
      await connected;
      child.kill(signal);
      await finishing;
      expect(child.exitCode).to.equal(null);
      const second = performance.now();
      child.kill(signal);
      expect(await exited).to.deep.equal([null, signal]);
      expect(performance.now() - second).to.be.below(5_000);
      expect(told).to.equal('\nFinishing what is under way; once more ends at once.\n');
      await remove();
    });
  }
});
