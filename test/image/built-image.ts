import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';
import { provideBases } from './base-images.js';
import { Engine } from './engine.js';

export interface BuiltImage {
  readonly engine: Engine;
  /** The checkout that it was built from, readable by its owner alone. */
  readonly context: string;
  /** What the build printed. */
  readonly log: string;
}

let built: Promise<BuiltImage> | undefined;

/** The engine of these tests and the image `handspring`, built once for all of them from the Dockerfile as it is. */
export function builtImage(): Promise<BuiltImage> {
  return (built ??= build());
}

after('the engine', async function () {
  this.timeout(180_000);
  const { engine } = (await built?.catch(() => undefined)) ?? {};
  await engine?.stop();
});

async function build(): Promise<BuiltImage> {
  const engine = await Engine.start();
  try {
    const bases = await provideBases(engine);
    console.log(`      base images: ${bases}`);
    const context = await checkOut(engine.folder);
    const log = await engine.docker('build', '--tag', 'handspring', context);
    return { engine, context, log };
  } catch (error) {
    await engine.stop().catch(() => undefined);
    throw error;
  }
}

/** The files that Git knows, as a checkout under `umask 077` has them: what the image needs to be read by others, it has to say. */
async function checkOut(folder: string): Promise<string> {
  const context = path.join(folder, 'checkout');
  await mkdir(context, { mode: 0o700 });
  const script =
    'git ls-files -z | tar --null --files-from - --mode go-rwx -c | tar -C "$0" --no-same-owner -p -x';
  execFileSync('bash', ['-o', 'pipefail', '-c', script, context], { cwd: fileURLToPath(ROOT) });
  return context;
}
