import { expect } from 'chai';
import { watchExports } from '../../../src/serve/tracing/watched-exporter.js';

describe('exports of traces', () => {
  it('are told of once when they begin to fail, and once when they work again', () => {
    const lines: string[] = [];
    const log = {
      warn: (_about: unknown, what?: string) => void lines.push(what ?? ''),
      info: (what: unknown) => void lines.push(String(what)),
    };
    let code = 0;
    const exporter = watchExports(
      { export: (_spans, done) => done({ code }), shutdown: () => Promise.resolve() },
      log,
    );
    const codes: number[] = [];
    for (code of [0, 1, 1, 0, 0, 1]) exporter.export([], (result) => codes.push(result.code));
    expect(lines).to.deep.equal([
      'traces cannot be sent; they are dropped',
      'traces are sent again',
      'traces cannot be sent; they are dropped',
    ]);
    expect(codes).to.deep.equal([0, 1, 1, 0, 0, 1]);
  });
});
