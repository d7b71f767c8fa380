import { expect } from 'chai';
import type { Logger } from 'pino';
import { logDerive } from '../../src/cli/log-derive.js';
import type { DeriveEvent } from '../../src/open/derive-work.js';

describe('what is made of a tower, in the log', () => {
  const rows: readonly [event: object, message: string][] = [
    [{ kind: 'waiting', folder: 'derived' }, 'another process is at it; waiting'],
    [{ kind: 'optimizing' }, 'optimising the graph; once for this model'],
    [{ kind: 'optimized', result: { kept: true } }, 'the optimised graph is used'],
    [{ kind: 'optimized', result: { kept: false, reason: 'slower' } }, 'the graph is used as it is'],
    [{ kind: 'quantizing', scheme: 'rows' }, 'storing the weights as int8 by rows; once for this model'],
    [
      { kind: 'quantized', scheme: 'rows', result: { kept: false, reason: 'too far' } },
      'int8 by rows is not used: too far',
    ],
    [
      {
        kind: 'quantized',
        scheme: 'rows',
        result: { kept: true, card: { fidelity: {}, speed: { ratio: 2 } } },
      },
      'the int8 weights are used',
    ],
  ];
  for (const [event, message] of rows) {
    it(message, () => {
      const lines: [facts: object, message: string][] = [];
      const log = { info: (...line: [object, string]) => lines.push(line) } as unknown as Logger;
      logDerive(log)({ modality: 'text', ...event } as DeriveEvent);
      expect(lines).to.have.lengthOf(1);
      expect(lines[0]?.[0]).to.include({ modality: 'text' });
      expect(lines[0]?.[1]).to.equal(message);
    });
  }
});
