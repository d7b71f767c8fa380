import { execFile, spawn } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { WEAVIATE_VERSION } from './version.js';

const PROGRAM = 'weaviate-server';
const PACKAGE = `github.com/weaviate/weaviate/cmd/weaviate-server@v${WEAVIATE_VERSION}`;

/** A place for a line to a person who waits. */
export type Say = (line: string) => void;

/**
 * The path of a Weaviate server: one on the PATH, else the one in the cache folder, which is built there with Go if
 * need be (some minutes, once per version).
 * @throws Error that says what was looked for if there is no Go either, or Go's build failed.
 */
export async function locateProgram(env: NodeJS.ProcessEnv, say: Say): Promise<string> {
  const folder = cacheFolder(env);
  const cached = path.join(folder, PROGRAM);
  const found = (await onPath(PROGRAM, env)) ?? ((await isExecutable(cached)) ? cached : undefined);
  if (found) return found;
  const go = await onPath('go', env);
  if (!go) {
    throw new Error(
      `no Weaviate: expected a Docker engine, ${PROGRAM} on the PATH or in ${folder}, or Go to build it; ` +
        'found none. WEAVIATE_URL names one that runs elsewhere',
    );
  }
  say(
    `building Weaviate ${WEAVIATE_VERSION} with ${await goVersion(go, env)}: some minutes, once. It is kept in ${folder}`,
  );
  await build(go, folder, cached, env);
  return cached;
}

/** Where servers are kept, outside the repository: a folder per version under the user's cache. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const caches = env['XDG_CACHE_HOME'] || path.join(env['HOME'] ?? os.homedir(), '.cache');
  return path.join(caches, 'handspring', 'weaviate', `v${WEAVIATE_VERSION}`);
}

/** Builds beside the place where the program is to lie and moves it there whole, so that nobody starts half of one. */
async function build(go: string, folder: string, target: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(folder, { recursive: true });
  const workshop = await mkdtemp(path.join(folder, 'building-'));
  try {
    // GOWORK: a go.work above the working folder must not decide what is built here.
    await run(go, ['install', PACKAGE], { ...env, GOBIN: workshop, GOWORK: 'off' });
    await rename(path.join(workshop, PROGRAM), target);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** Runs a command whose output is for the person who waits. */
function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', process.stderr, process.stderr] });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve()
        : reject(
            new Error(`${path.basename(command)} ${args.join(' ')} failed (exit code ${code ?? 'none'})`),
          ),
    );
  });
}

async function goVersion(go: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await promisify(execFile)(go, ['env', 'GOVERSION'], { env });
  return stdout.trim();
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const folder of (env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, name);
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
