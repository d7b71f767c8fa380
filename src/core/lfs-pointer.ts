/** How a pointer begins that stands for a large file where a repository was cloned without Git LFS. Source: git-lfs's docs/spec.md. */
const BEGINNING = 'version https://git-lfs.github.com/spec/';

/** So many bytes of a file tell whether it is a pointer. */
export const LFS_POINTER_BYTES = BEGINNING.length;

/** Whether a file that begins so is only a pointer to its content. */
export function isLfsPointer(beginning: Uint8Array | string): boolean {
  return typeof beginning === 'string'
    ? beginning.startsWith(BEGINNING)
    : Buffer.from(beginning.subarray(0, LFS_POINTER_BYTES)).toString('latin1') === BEGINNING;
}

/** What is expected in its place, and how to get it. */
export function lfsPointerMessage(expected: string): string {
  return `expected ${expected}, received a Git LFS pointer to it; fetch the file itself, as by: git lfs pull`;
}
