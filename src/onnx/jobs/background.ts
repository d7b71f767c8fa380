import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ownModule, threadFlags } from '../../core/own-module.js';
import type { Answer, Order } from './job-process.js';
import type * as jobs from './jobs.js';

const RUNNER = fileURLToPath(ownModule(new URL('./job-process.js', import.meta.url)));

/** Functions that take one argument, by name. */
type Jobs = Readonly<Record<string, (job: never) => unknown>>;

/** Runs one function of a module in the background. */
type RunJob<J> = <Name extends keyof J & string>(
  name: Name,
  job: J[Name] extends (job: infer Job) => unknown ? Job : never,
  stop?: AbortSignal,
) => Promise<J[Name] extends (job: never) => infer Result ? Awaited<Result> : never>;

/**
 * Runs functions of a module, each call in a process of its own, so that the caller's event loop stays free, its memory
 * small, and the work can be ended at any moment: ONNX Runtime aborts a process one of whose threads is ended while it
 * works in it. They take and answer what can be cloned: plain values and typed arrays; give large models as paths.
 *
 * A call throws what the function throws, as a plain Error with its code; the reason of the signal that ended it, and then what was
 * being written stays as it was; and an Error if the process is ended from outside.
 */
export function runJobsOf<J extends Jobs>(module: URL): RunJob<J> {
  return ((name: string, job: unknown, stop?: AbortSignal) =>
    runInProcess({ module: module.href, name, job }, stop)) as RunJob<J>;
}

/** Runs one of `jobs.ts` in the background. */
export const inBackground = runJobsOf<typeof jobs>(new URL('./jobs.js', import.meta.url));

function runInProcess(order: Order, stop?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    stop?.throwIfAborted();
    const child = fork(RUNNER, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: threadFlags(),
    });
    const kill = () => void child.kill('SIGKILL');
    stop?.addEventListener('abort', kill, { once: true });
    let answer: Answer | undefined;
    child.once('message', (message: Answer) => (answer = message));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      stop?.removeEventListener('abort', kill);
      if (answer?.kind === 'result') resolve(answer.result);
      else if (stop?.aborted) reject(stop.reason as Error);
      else reject(answer ? thrownBy(answer) : endedEarly(order.name, code ?? signal));
    });
    child.send(order);
  });
}

function thrownBy({ error, code }: Extract<Answer, { kind: 'error' }>): Error {
  return code === undefined ? error : Object.assign(error, { code });
}

function endedEarly(name: string, how: number | string | null): Error {
  const memory = how === 'SIGKILL' ? '; there may be too little memory for it' : '';
  return new Error(`${name}: expected an answer of its process, which ended with ${how}${memory}`);
}
