import type { Named } from '../request.js';

/** Where vectors go. */
export interface Output {
  /** Resolves once it is written. @throws Error of the system, such as of a full disk. */
  vector(named: Named, vector: Float32Array): Promise<void>;
  /** What could not be embedded, where whoever reads this waits for an answer to each request. */
  readonly failure?: (named: Named, failure: object) => Promise<void>;
  /** Puts the finished file in its place; until then nothing is there under its name but what was before. */
  finish(): Promise<void>;
  /** Lets go of a run that is broken off. What is written so far stays, and `--resume` goes on from there. */
  leave(): Promise<void>;
}
