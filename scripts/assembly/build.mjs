// Compiles resample.ts to WebAssembly and writes it, as text, to resample-code.ts: `npm run build:assembly`. The result
// is committed, so that neither users nor the ordinary build need the compiler; a test compiles again and compares.
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import asc from 'assemblyscript/asc';

const RESAMPLE = new URL('../../src/towers/image/resample/', import.meta.url);

/** The compiled code, in base64. */
export async function compileResampling() {
  const source = await readFile(new URL('assembly/resample.ts', RESAMPLE), 'utf8');
  let code;
  const { error, stderr } = await asc.main(
    [
      'resample.ts',
      '--outFile',
      'resample.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
    ],
    {
      readFile: (name) => (name === 'resample.ts' ? source : null),
      writeFile: (_name, contents) => {
        code = Buffer.from(contents).toString('base64');
      },
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(stderr.toString(), { cause: error });
  return code;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const lines = [
    '/** The code of assembly/resample.ts, compiled by scripts/assembly: WebAssembly in base64. */',
    `export const RESAMPLE_CODE =\n  '${await compileResampling()}';`,
  ];
  await writeFile(new URL('resample-code.ts', RESAMPLE), `${lines.join('\n')}\n`);
}
