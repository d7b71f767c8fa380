/** Most bodies; larger ones get memory of their own. What was never used of it takes no memory. */
const SHARED_BYTES = 8 * 2 ** 20;

let shared: Buffer | undefined;

/**
 * What `work` makes of pieces that are one. All bodies are joined in the same memory: megabytes that are taken anew for each would
 * be collected again and again.
 * @param work Done when it returns, and keeps nothing of the bytes.
 */
export function withJoined<T>(pieces: readonly Buffer[], work: (bytes: Buffer) => T): T {
  const [first, ...others] = pieces;
  if (first && others.length === 0) return work(first);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > SHARED_BYTES) return work(Buffer.concat(pieces, length));
  shared ??= Buffer.allocUnsafeSlow(SHARED_BYTES);
  let at = 0;
  for (const piece of pieces) at += piece.copy(shared, at);
  return work(shared.subarray(0, length));
}
