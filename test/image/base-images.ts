import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ROOT } from '../../src/core/own-module.js';
import { locateProgram } from '../../weaviate/program.js';
import type { Engine } from './engine.js';

const STAND_INS = fileURLToPath(new URL('test/image/stand-ins', ROOT));

/** Names of the images that the Dockerfile's stages begin with, in their order there, and Node.js' major version in them. */
export async function readBases(): Promise<{ build: string; debian: string; run: string; major: string }> {
  const dockerfile = await readFile(new URL('Dockerfile', ROOT), 'utf8');
  const [, major = ''] = /^ARG NODE_VERSION=(\d+)$/m.exec(dockerfile) ?? [];
  const [build = '', debian = '', run = ''] = Array.from(
    dockerfile.matchAll(/^FROM (\S+)/gm),
    ([, name = '']) => name.replace('${NODE_VERSION}', major),
  );
  return { build, debian, run, major };
}

/** Those images, under the names that are written there: pulled where there is a registry, else stand-ins. */
export async function provideBases(engine: Engine): Promise<'pulled' | 'stand-ins'> {
  const { build, debian, run, major } = await readBases();
  if ((await pulls(engine, build)) && (await pulls(engine, debian)) && (await pulls(engine, run)))
    return 'pulled';
  const folder = await mkdtemp(path.join(engine.folder, 'bases-'));
  await engine.run(STAND_INS, [folder, major, build, debian, run]);
  return 'stand-ins';
}

/**
 * The image of a service of the compose file: pulled, or one that has nothing but the program and what the build stage's
 * image has (a shell, wget and certificates).
 */
export async function provideServiceImage(
  engine: Engine,
  service: string,
  program: {
    readonly file: string;
    readonly at: string;
    readonly user?: string;
    readonly arguments?: readonly string[];
  },
): Promise<'pulled' | 'stand-in'> {
  const compose = parse(await readFile(new URL('docker-compose.yml', ROOT), 'utf8')) as {
    services: Record<string, { image: string }>;
  };
  const image = compose.services[service]?.image ?? '';
  if (await pulls(engine, image)) return 'pulled';
  const folder = await mkdtemp(path.join(engine.folder, 'service-'));
  await copyFile(program.file, path.join(folder, 'program'));
  const { build } = await readBases();
  await writeFile(
    path.join(folder, 'Dockerfile'),
    [
      `FROM ${build}`,
      `COPY program ${program.at}`,
      ...(program.user ? [`USER ${program.user}`] : []),
      `ENTRYPOINT ${JSON.stringify([program.at])}`,
      `CMD ${JSON.stringify(program.arguments ?? [])}`,
    ].join('\n'),
  );
  await engine.docker('build', '--quiet', '--tag', image, folder);
  await rm(folder, { recursive: true });
  return 'stand-in';
}

/** The real Weaviate server, as the tests of the contract run it. */
export function provideWeaviate(engine: Engine): Promise<'pulled' | 'stand-in'> {
  return locateProgram(process.env, () => undefined).then((file) =>
    provideServiceImage(engine, 'weaviate', { file, at: '/bin/weaviate' }),
  );
}

/** A registry that does not answer is told within seconds by the engine. */
function pulls(engine: Engine, image: string): Promise<boolean> {
  return engine.docker('pull', '--quiet', image).then(
    () => true,
    () => false,
  );
}
