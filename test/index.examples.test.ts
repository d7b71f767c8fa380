import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { transform } from 'esbuild';
import { ROOT, RUN_FLAGS, ownModule } from '../src/core/own-module.js';
import { makeFolder } from './support/folder.js';

const SOURCE = await readFile(new URL('src/index.ts', ROOT), 'utf8');
const LIBRARY = ownModule(new URL('../src/index.js', import.meta.url)).href;

/** What a comment gives as its example, and the value that the last line says it prints, up to an ellipsis. */
const EXAMPLES = Array.from(
  SOURCE.matchAll(/@example\n((?: *\* .*\n)+) *\*\/\n *(.*)/g),
  ([, lines = '', owner = '']) => {
    const code = lines.replaceAll(/^ *\* /gm, '');
    const name = /(?:export (?:async )?function )?(\w+)/.exec(owner)?.[1] ?? '';
    return { name, code, printed: /\/\/ (.*?)…?$/.exec(code.trimEnd())?.[1] ?? '' };
  },
);

describe('the examples of the library', () => {
  it('stand at each of its functions', () => {
    expect(EXAMPLES.map(({ name }) => name)).to.have.members(['embed', 'open', 'similarity', 'topK']);
  });

  for (const { name, code, printed } of EXAMPLES) {
    it(`run: ${name}`, async () => {
      const program = code.replace(/from 'handspring'/, `from ${JSON.stringify(LIBRARY)}`);
      const { code: plain } = await transform(program, { loader: 'ts', target: 'node20', format: 'esm' });
      const { folder, remove } = await makeFolder({});
      try {
        const file = path.join(folder, 'example.mjs');
        await writeFile(file, plain);
        const args = [...RUN_FLAGS, file];
        const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
          cwd: fileURLToPath(ROOT),
        });
        expect(stderr).to.equal('');
        expect(stdout.trim()).to.not.equal('');
        expect(stdout).to.satisfy((text: string) => text.startsWith(printed));
      } finally {
        await remove();
      }
    });
  }
});
