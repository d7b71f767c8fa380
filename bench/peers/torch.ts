import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './install.js';
import { peerFile } from './peer.js';
import type { Peer } from './peer.js';

const PINS = peerFile('torch/requirements.txt');

/** The stack of Weaviate's official module: PyTorch and Hugging Face's library behind FastAPI. */
export const TORCH: Peer = {
  name: 'torch',
  size: '4.6 GB',
  server: peerFile('torch/server.py'),
  pins: PINS,
  packages: ['torch', 'transformers', 'fastapi', 'uvicorn', 'pillow'],
  // Nothing is to be fetched while it starts.
  env: { HF_HUB_OFFLINE: '1' },
  install: async (folder) => {
    await run('python3', ['-m', 'venv', folder], folder);
    // The file lists all that is needed, and leaves out what only graphics cards use.
    const pip = ['-m', 'pip', 'install', '--no-deps', '--requirement', fileURLToPath(PINS)];
    await run(pythonOf(folder), pip, folder);
  },
  command: (folder, model, port) => [pythonOf(folder), path.join(folder, 'server.py'), model, String(port)],
};

function pythonOf(folder: string): string {
  return path.join(folder, 'bin', 'python');
}
