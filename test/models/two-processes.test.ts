import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';
import type { ResolveOptions } from '../../src/models/resolve.js';
import { startTinyHub, TINY_FILES } from '../support/tiny-model.js';

const SCRIPT = runArguments(new URL('../support/pull-process.js', import.meta.url));

/** A process that pulls; `line` resolves when it prints that line, `ended` with its exit code and all it printed. */
function startPull(options: ResolveOptions) {
  // The retry policy's `wait` is a function, which is not passed on: the child has the usual one.
  const child = spawn(
    process.execPath,
    [...SCRIPT, 'tiny-clip', JSON.stringify({ ...options, retry: undefined })],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const printed: string[] = [];
  const waiters = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on('line', (text) => {
    printed.push(text);
    waiters.get(text)?.();
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, printed }));
  const line = (text: string) => new Promise<void>((resolve) => waiters.set(text, resolve));
  return { line, ended, kill: () => child.kill('SIGKILL') };
}

describe('two processes that pull one model', () => {
  it('download it once: the second waits for the first and finds it there', async () => {
    const { hub, options, stop } = await startTinyHub();
    let openGate = () => {};
    hub.gate = new Promise((resolve) => (openGate = resolve));
    const asked = new Promise<void>((resolve) => (hub.onBytesAsked = resolve));
    const patient = { ...options, hub: { ...options.hub, stallMs: 20_000 } };
    const first = startPull(patient);
    await asked;
    const second = startPull(patient);
    try {
      await second.line('waiting');
      openGate();
      const ends = await Promise.all([first.ended, second.ended]);
      expect(ends.map(({ code }) => code)).to.deep.equal([0, 0]);
      expect(ends[0].printed.filter((text) => text === 'accepted')).to.have.length(5);
      expect(ends[1].printed).to.deep.equal(['waiting', 'resolved']);
      for (const path of Object.keys(TINY_FILES).filter((path) => !path.includes('fp16'))) {
        expect(hub.downloads(path), path).to.have.length(1);
      }
    } finally {
      first.kill();
      second.kill();
      await stop();
    }
  });
});
