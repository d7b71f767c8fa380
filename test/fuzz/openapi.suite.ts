import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { fixtureFolder } from '../support/model-fixture.js';
import { pythonWith } from '../support/python-environment.js';
import { startServiceProcess } from '../support/service-process.js';
import { SEED } from './fuzz-suite.js';

const EXAMPLES = process.env['SCHEMATHESIS_EXAMPLES'] ?? '200';

/**
 * Valid by the schema is any string as an image, but only some are images: 422. The schema says nothing of unknown keys,
 * as the official module ignores them, nor of the most items, which is an option: 413. A path may name any model: 404.
 */
const SETTINGS = `
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 404, 413, 422]
`;

describe('schemathesis against the OpenAPI document', () => {
  it('finds no answer that the document does not promise', async function () {
    const python = await pythonWith('schemathesis==4.32.5\n');
    const folder = await mkdtemp(path.join(os.tmpdir(), 'schemathesis-'));
    const service = await startServiceProcess(['--model', fixtureFolder('clip')]);
    try {
      await writeFile(path.join(folder, 'schemathesis.toml'), SETTINGS);
      const { code, output } = await call(
        python,
        [
          ...['-m', 'schemathesis.cli', 'run'],
          `${service.url}/openapi.json`,
          '--seed',
          String(SEED),
          '--max-examples',
          EXAMPLES,
          '--no-color',
        ],
        folder,
      );
      expect(code, output).to.equal(0);
      expect(output).to.match(/\d+ (generated|passed)/);
      expect(service.child.exitCode).to.equal(null);
    } finally {
      await service.stop();
      await rm(folder, { recursive: true });
    }
  });
});

function call(program: string, args: string[], cwd: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    );
  });
}
