import { expect } from 'chai';
import type { SourceErrorCode } from '../../src/models/source-error.js';
import { ModelSourceError } from '../../src/models/source-error.js';

/** The error that `work` fails with; a test fails if it does not, or with another code. */
export async function rejection(work: Promise<unknown>, code: SourceErrorCode): Promise<ModelSourceError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelSourceError))
    throw new Error(`expected to fail with ${code}`, { cause: error });
  expect(error.code, error.message).to.equal(code);
  return error;
}

/** The error that `work` fails with, whichever; a test fails if it does not. */
export async function rejectionOf(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    () => new Error('expected to fail'),
    (reason: unknown) => reason as Error,
  );
  expect(outcome.message).not.to.equal('expected to fail');
  return outcome;
}
