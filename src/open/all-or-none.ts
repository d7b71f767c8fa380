interface Closable {
  close(): Promise<void>;
}

/**
 * What starts side by side, all of it or none: if one fails, the others are waited for and let go of. A process that exits
 * while ONNX Runtime still loads a model in a thread is aborted by it.
 * @throws What the first of them that failed threw.
 */
export async function allOrNone<T extends Closable>(starts: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(starts);
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failure) return started;
  await Promise.all(started.map((one) => one.close()));
  throw failure.reason;
}
