import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { showPull } from '../../../src/cli/commands/pull-progress.js';
import type { PullEvent } from '../../../src/models/hub/pull-events.js';

const EVENTS: readonly PullEvent[] = [
  { kind: 'waiting', folder: '/cache/a' },
  { kind: 'start', path: 'onnx/a.onnx', done: 0, total: 2_000_000 },
  { kind: 'bytes', path: 'onnx/a.onnx', done: 1_000_000 },
  { kind: 'retry', path: 'onnx/a.onnx', reason: 'the connection was reset' },
  { kind: 'start', path: 'onnx/a.onnx', done: 1_000_000, total: undefined },
  { kind: 'accepted', path: 'onnx/a.onnx', bytes: 2_000_000, sha256: 'abc' },
];

describe('a pull', () => {
  it('is told in lines where there is no terminal', () => {
    const stream = new PassThrough();
    const shown = showPull(stream);
    for (const event of EVENTS) shown.listener(event);
    shown.stop();
    const lines = String(stream.read()).split('\n');
    expect(lines.filter((line) => !/^\d/.test(line))).to.deep.equal([
      'another process is fetching into /cache/a; waiting for it',
      'onnx/a.onnx (2.0 MB): fetching',
      'onnx/a.onnx: the connection was reset; trying again',
      'onnx/a.onnx: going on after 1.0 MB',
      'onnx/a.onnx: 2.0 MB, SHA-256 abc',
      '',
    ]);
  });
});
