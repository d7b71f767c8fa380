import './no-telemetry.js'; // in the main thread: what a worker sets is not seen by libraries
import { Worker } from 'node:worker_threads';
import type { EncodedBatch, EncoderFacts, Row } from '../../core/encoder.js';
import { threadFlags } from '../../core/own-module.js';
import type { EncoderSpec } from './encoder-spec.js';
import type { Order, Report } from './encoder-thread.js';

interface Pending {
  readonly id: number;
  resolve(batch: EncodedBatch): void;
  reject(error: Error): void;
}

/**
 * A worker thread that has loaded a model file, seen from outside: every batch is answered, whatever becomes of it. Idle, it
 * does not keep the process from ending.
 */
export class RunningThread {
  readonly facts: EncoderFacts;
  readonly #worker: Worker;
  readonly #gone: Promise<void>;
  #pending: Pending | undefined;
  #nextId = 0;
  #isClosing = false;

  private constructor(worker: Worker, facts: EncoderFacts, onGone: (error: Error) => void, name: string) {
    this.#worker = worker;
    this.facts = facts;
    let failure: Error | undefined;
    worker.on('message', (report: Report) => this.#answer(report));
    worker.unref(); // after the listener, which takes hold of the process
    worker.on('error', (error: Error) => (failure = error));
    this.#gone = new Promise((resolve) => {
      worker.on('exit', (code) => {
        const error = failure ?? endedWith(name, code);
        onGone(error);
        this.#pending?.reject(error);
        resolve();
      });
    });
  }

  /**
   * @param onGone Called once, with the reason, when the thread has ended, before the batch that it had is rejected.
   * @throws Error that says why the model could not be loaded.
   */
  static start(spec: EncoderSpec, threadFile: URL, onGone: (error: Error) => void): Promise<RunningThread> {
    const worker = new Worker(threadFile, {
      workerData: spec,
      name: `${spec.name}-tower`,
      execArgv: threadFlags(),
    });
    return new Promise((resolve, reject) => {
      const onExit = (code: number) => reject(endedWith(spec.name, code));
      worker.once('error', reject);
      worker.once('exit', onExit);
      worker.once('message', (report: Extract<Report, { kind: 'ready' }>) => {
        worker.off('error', reject).off('exit', onExit);
        resolve(new RunningThread(worker, report.facts, onGone, spec.name));
      });
    });
  }

  /**
   * The vectors of a batch; the next one may come when it is answered. The rows' buffers are given away.
   * @throws Error that says what went wrong in the thread, or why it ended.
   */
  encode(rows: readonly Row[]): Promise<EncodedBatch> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending = { id, resolve, reject };
      this.#worker.ref();
      const order: Order = { kind: 'encode', id, rows };
      this.#worker.postMessage(
        order,
        rows.map((row) => row.buffer),
      );
    });
  }

  /** Lets the batch under way end, and then the thread. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'close' } satisfies Order);
    await this.#gone;
  }

  #answer(report: Report): void {
    const pending = this.#pending;
    if (report.kind === 'ready' || pending?.id !== report.id) return;
    this.#pending = undefined;
    if (!this.#isClosing) this.#worker.unref(); // else nothing may be left that whoever waits for the end could be woken by
    if (report.kind === 'encoded') pending.resolve(report.batch);
    else pending.reject(new Error(report.message));
  }
}

function endedWith(name: string, code: number): Error {
  return new Error(`the thread of the ${name} tower ended with code ${code}`);
}
