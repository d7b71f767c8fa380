import { readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { ROOT } from '../../../src/core/own-module.js';
import { GRPC_STATUS } from '../../../src/serve/grpc/status.js';

describe('the statuses of gRPC', () => {
  it('are those of docs/grpc.md, code by code', () => {
    const page = readFileSync(new URL('docs/grpc.md', ROOT), 'utf8');
    const rows = Array.from(page.matchAll(/^\| `([A-Z_]+)` +\| (.+) \|$/gm), ([, name = '', codes = '']) =>
      codes.split(', ').map((code) => [code.replaceAll('`', ''), status[name as keyof typeof status]]),
    );
    expect(Object.fromEntries(rows.flat())).to.deep.equal(GRPC_STATUS);
  });
});
