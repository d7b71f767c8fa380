import { fileURLToPath } from 'node:url';

/** Whether this process runs the sources themselves, as tests without a build do, and not what was compiled of them. */
const RUNS_SOURCES = import.meta.url.endsWith('.ts');

/** The project's root, where package.json lies: two levels above `src/core`, three above `dist/src/core`. */
export const ROOT = new URL(RUNS_SOURCES ? '../../' : '../../../', import.meta.url);

/**
 * The file of a module of this project that is to be started as a thread or as a process: what was compiled of it, or its
 * source where this process runs sources. An `import` needs no such help.
 * @param module `new URL('./x.js', import.meta.url)`
 */
export function ownModule(module: URL): URL {
  return RUNS_SOURCES ? new URL(module.href.replace(/\.js$/, '.ts')) : module;
}

/** Flags of `node` with which it runs what `ownModule` gives. Threads and forked processes inherit them. */
export const RUN_FLAGS: readonly string[] = RUNS_SOURCES
  ? ['--import', new URL('scripts/run-typescript.mjs', ROOT).href]
  : [];

/** The arguments of `node` that run a module of this project in a process of its own; the module's own come after them. */
export function runArguments(module: URL): string[] {
  return [...RUN_FLAGS, fileURLToPath(ownModule(module))];
}

/**
 * Flags of `node` for threads and forked processes: those of this process without what says how its own program is given (`--input-type` and the
 * program itself, as in `node --input-type=module -e '…'`), which is an error for a thread that has a file.
 */
export function threadFlags(flags: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (let at = 0; at < flags.length; at++) {
    const flag = flags[at]!;
    if (/^(-e|--eval|-p|--print|--input-type)$/.test(flag)) at++;
    else if (!/^--(eval|print|input-type)=/.test(flag)) kept.push(flag);
  }
  return kept;
}
