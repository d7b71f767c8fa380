import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './install.js';
import { peerFile } from './peer.js';
import type { Peer } from './peer.js';

/** transformers.js in Node, as one would put it behind the contract by hand. */
export const TRANSFORMERS_JS: Peer = {
  name: 'transformers.js',
  size: '0.5 GB',
  server: peerFile('transformers-js/server.mjs'),
  pins: peerFile('transformers-js/package.json'),
  packages: ['@huggingface/transformers', 'onnxruntime-node', 'sharp'],
  install: async (folder) => {
    for (const name of ['package.json', 'package-lock.json']) {
      await copyFile(peerFile(`transformers-js/${name}`), path.join(folder, name));
    }
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  },
  command: (folder, model, port) => [process.execPath, path.join(folder, 'server.mjs'), model, String(port)],
};
